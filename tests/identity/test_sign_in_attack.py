"""The attack of `bench attack`, in short: many guess at many contacts, nothing opens, and real people still get in."""

from ops.bench.attack import Fight, attack
from tests import stack

from .conftest import SLUG, Identity, account, contact
from .strangers import quick

__all__ = ["quick"]
GUESSES, CONTACTS = 1200, 60


async def test_thousands_of_guesses_open_nothing_while_people_sign_in(identity: Identity, quick: None) -> None:
    emails = [f"person{number}@example.com" for number in range(CONTACTS)]
    for number, email in enumerate(emails):
        for kind, key, data in (
            ("account", f"A{number}", account(number=str(number))),
            ("contact", f"K{number}", contact(f"A{number}", email)),
        ):
            await identity.ops.jetstream().publish(f"ams.{SLUG}.{kind}", stack.cloud_event(kind, key, 1, data))
    await stack.eventually(lambda: identity.logins.value("SELECT count(*) FROM contacts"), CONTACTS, within=60)
    fight = Fight()
    await attack(identity.ops, SLUG, emails, GUESSES, fight, persons=8, clients=400)
    guessing = fight.guessing
    assert sum(guessing.outcomes.values()) == GUESSES
    assert guessing.opened == 0
    assert fight.known  # people who do not get in at last end the attack with an error
    assert fight.strange
    for scope in ("guesses-agency", "guesses-installation"):
        row = (await identity.logins.fetch("SELECT spent, allowed FROM budgets WHERE scope = $1", scope))[0]
        assert row["spent"] <= row["allowed"] < 700
    assert guessing.outcomes["code_wrong"] > 100  # the budget was used up, and tries beyond it needed a second code
