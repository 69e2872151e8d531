"""Quarantine: an agency sees its own events that could not be applied, mends them, and they are applied after all."""

import json
from typing import Any

import pytest
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from contracts.kinds import NotAllowed, NotFound
from contracts.policy.feed import GetCaughtEvent, GetFeedHealth, ListCaughtEvents, ReplayCaughtEvent
from contracts.principal import Kind, Role
from contracts.quarantine import AppliedAlready, CaughtEvent, StillWrong
from kit.bus.failures import REPLAY
from kit.ids import new_id
from services.policy.sync import policies
from tests import stack
from tests.policy.conftest import SLUG, Book, day, policy


def admin(book: Book, **changes: Any) -> str:
    return stack.signed(changes.pop("agency", book.agency), kind=Kind.STAFF, role=Role.ADMIN, **changes)


async def asked(book: Book, request: Any) -> Any:
    return await book.asker.ask(request, admin(book))


async def put(book: Book, body: bytes, kind: str = "policy") -> None:
    await book.ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)


async def caught(book: Book, count: int = 1) -> list[CaughtEvent]:
    async def there() -> list[CaughtEvent]:
        found: list[CaughtEvent] = (await asked(book, ListCaughtEvents())).items
        return found if len(found) == count else []

    found: list[CaughtEvent] = await stack.eventually(there)
    return found


async def numbers(book: Book) -> list[str]:
    rows = await book.logins.fetch("SELECT number FROM policies WHERE NOT deleted ORDER BY number")
    return [row["number"] for row in rows]


async def state(book: Book, event: CaughtEvent) -> str:
    found: str = (await asked(book, GetCaughtEvent(caught=event.id))).state
    return found


async def test_mended_it_is_applied_and_the_original_stays_with_who_mended_it(book: Book) -> None:
    wrong = stack.cloud_event("policy", "P1", 1, policy(effective="09/01/2026"))
    await put(book, wrong)
    (event,) = await caught(book)
    assert (event.code, event.pointer, event.entity, event.state) == ("schema", "/data/effective", "P1", "waiting")
    assert event.problem == "A day is written YYYY-MM-DD, such as 2026-09-01."
    shown = await asked(book, GetCaughtEvent(caught=event.id))
    mended = json.loads(shown.body) | {"data": policy(effective=day(-10))}
    await asked(book, ReplayCaughtEvent(caught=event.id, body=json.dumps(mended)))
    await stack.eventually(lambda: state(book, event), "applied")
    assert await numbers(book) == ["PA-100"]
    kept = await asked(book, GetCaughtEvent(caught=event.id))
    assert (kept.body.encode(), json.loads(kept.mended_body)) == (wrong, mended)
    assert kept.mended and kept.by.startswith("staff:") and kept.replayed_at is not None
    assert (await asked(book, ListCaughtEvents())).items == []
    assert [one.id for one in (await asked(book, ListCaughtEvents(everything=True))).items] == [event.id]
    with pytest.raises(AppliedAlready):
        await asked(book, ReplayCaughtEvent(caught=event.id))


async def test_what_is_still_wrong_is_not_sent(book: Book) -> None:
    await put(book, b'{"specversion": "1.0"')
    (event,) = await caught(book)
    for body, code, pointer in (
        (None, "not_json", ""),
        ("{}", "envelope", "/specversion"),
        (stack.cloud_event("policy", "P1", 1, policy(state="Texas")).decode(), "schema", "/data/state"),
        ("x" * 300_000, "too_large", ""),
    ):
        with pytest.raises((StillWrong, ValidationError)) as refused:
            await asked(book, ReplayCaughtEvent(caught=event.id, body=body))
        facts = getattr(refused.value, "facts", {})
        assert facts.get("reason", "too_large") == code and facts.get("pointer", "") in (pointer, "/body")
    assert await state(book, event) == "waiting"


async def test_as_it_was_it_is_applied_once_the_code_is_mended(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise policies.BadEvent("schema", "a mistake", "/data")

    with monkeypatch.context() as patched:
        patched.setattr(policies, "term_of", broken)
        await put(book, stack.cloud_event("policy", "P1", 1, policy()))
        (event,) = await caught(book)
    await asked(book, ReplayCaughtEvent(caught=event.id))
    await stack.eventually(lambda: state(book, event), "applied")
    assert await numbers(book) == ["PA-100"]


async def test_older_than_what_is_there_it_is_superseded(book: Book) -> None:
    await put(book, stack.cloud_event("policy", "P1", 1, policy(number="OLD", state="Texas")))
    (event,) = await caught(book)
    await book.publish("policy", "P1", 2, policy(number="NEW"))
    body = stack.cloud_event("policy", "P1", 1, policy(number="OLD")).decode()
    await asked(book, ReplayCaughtEvent(caught=event.id, body=body))
    await stack.eventually(lambda: state(book, event), "superseded")
    assert await numbers(book) == ["NEW"]


async def test_refused_again_it_leads_to_the_new_refusal(book: Book) -> None:
    await put(book, stack.cloud_event("policy", "P1", 1, policy(), type="ams.polcy.upserted.v1"))
    (event,) = await caught(book)
    assert "perhaps ams.policy.upserted.v1" in event.problem
    # well formed, and refused only when it is applied
    body = stack.cloud_event("policy", "P1", 1, policy(time_zone="Mars/Olympus")).decode()
    await asked(book, ReplayCaughtEvent(caught=event.id, body=body))
    await stack.eventually(lambda: state(book, event), "refused")
    (again,) = await caught(book)
    shown = await asked(book, GetCaughtEvent(caught=event.id))
    assert (shown.again, again.pointer) == (again.id, "/data/time_zone")


async def test_an_id_that_was_used_before_is_an_alarm_that_a_new_id_mends(book: Book) -> None:
    first = stack.cloud_event("policy", "P1", 1, policy(), id="same")
    second = stack.cloud_event("policy", "P2", 1, policy(number="PA-200"), id="same")
    for body in (first, second):
        await put(book, body)
    (event,) = await caught(book)
    assert (event.code, event.pointer, event.event) == ("id_reused", "/id", "same")
    assert await numbers(book) == ["PA-100"]
    body = json.dumps(json.loads(second) | {"id": "own"})
    await asked(book, ReplayCaughtEvent(caught=event.id, body=body))
    await stack.eventually(lambda: state(book, event), "applied")
    assert await numbers(book) == ["PA-100", "PA-200"]


async def test_sent_to_the_wrong_place_it_goes_to_the_right_one(book: Book) -> None:
    await put(book, stack.cloud_event("policy", "P1", 1, policy()), kind="invoices")
    (event,) = await caught(book)
    assert event.code == "unknown_kind"
    await asked(book, ReplayCaughtEvent(caught=event.id))
    await stack.eventually(lambda: state(book, event), "applied")


async def test_mended_into_another_service_s_kind_it_says_as_what_it_was_sent_on_and_waits_for_nothing(
    book: Book,
) -> None:
    await put(book, stack.cloud_event("policy", "A1", 1, policy(effective="soon")))
    (event,) = await caught(book)
    body = stack.cloud_event("account", "A1", 1, {"name": "Rivera household", "number": "1001"}).decode()
    sent = await asked(book, ReplayCaughtEvent(caught=event.id, body=body))
    assert (sent.state, sent.sent_as) == ("elsewhere", "account")
    message = await stack.eventually(lambda: newest(book, f"ams.{SLUG}.account"))
    assert message.data == body.encode() and message.headers[REPLAY] == str(event.id)
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)
    assert (await asked(book, ListCaughtEvents())).items == []
    (listed,) = (await asked(book, ListCaughtEvents(everything=True))).items
    assert (listed.state, listed.sent_as, listed.type) == ("elsewhere", "account", "ams.policy.upserted.v1")
    # whoever finds that it was a policy after all sends that
    back = stack.cloud_event("policy", "P1", 1, policy()).decode()
    assert (await asked(book, ReplayCaughtEvent(caught=event.id, body=back))).state == "sent"
    await stack.eventually(lambda: state(book, event), "applied")
    assert (await asked(book, GetCaughtEvent(caught=event.id))).sent_as is None


async def newest(book: Book, subject: str) -> Any:
    """The newest message that the bus has on a subject; nothing until there is one."""
    try:
        return await book.ops.jetstream().get_last_msg("AMS", subject)
    except NotFoundError:
        return None


async def test_what_another_agency_could_not_apply_is_nobody_elses(book: Book) -> None:
    await put(book, b"{")
    (event,) = await caught(book)
    other = new_id()
    details = '{"slug": "riverside", "name": "Riverside", "phone": "512-555-0199", "email": "us@riverside.example"}'
    await book.logins.fetch(f"INSERT INTO agencies VALUES ('{other}', 'riverside', 1, '{details}')")
    theirs = admin(book, agency=other)
    assert (await book.asker.ask(ListCaughtEvents(everything=True), theirs)).items == []
    for request in (GetCaughtEvent(caught=event.id), ReplayCaughtEvent(caught=event.id, body="{}")):
        with pytest.raises(NotFound):
            await book.asker.ask(request, theirs)
    health = await book.asker.ask(GetFeedHealth(), theirs)
    assert (health.refused, health.waiting, health.kinds, health.heard_at) == (0, 0, [], None)
    # the second wall: the service's own login sees no other agency's rows, and cannot change how one came
    database = book.logins.open()
    async with database.transaction(other) as transaction:
        assert await transaction.driver.fetch("SELECT * FROM quarantine") == []
        assert await transaction.driver.execute("UPDATE quarantine SET outcome = 'applied'") == "UPDATE 0"
    with pytest.raises(Exception, match="permission denied"):
        async with database.transaction(book.agency) as transaction:
            await transaction.driver.execute("UPDATE quarantine SET body = 'x'")
    await database.close()
    for role in (Role.AGENT, Role.CSR):
        with pytest.raises(NotAllowed):
            await book.asker.ask(ListCaughtEvents(), stack.signed(book.agency, kind=Kind.STAFF, role=role))


async def test_health_counts_what_was_applied_superseded_and_refused(book: Book) -> None:
    await book.publish("policy", "P1", 2, policy())
    await book.publish("policy", "P1", 1, policy())
    await book.publish("policy", "P2", 1, policy(number="PA-200"))
    await put(
        book, stack.cloud_event("feed", "", None, {}, type="ams.feed.heartbeat.v1", time="2026-11-01T00:00:00Z"), "feed"
    )
    await put(book, b"{")
    await caught(book)

    async def beaten() -> bool:
        return (await asked(book, GetFeedHealth())).beat_at is not None

    await stack.eventually(beaten)
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)
    health = await asked(book, GetFeedHealth())
    kinds = {kind.kind: (kind.applied, kind.superseded) for kind in health.kinds}
    assert kinds == {"policy": (2, 1), "feed": (1, 0)}
    assert (health.refused, health.waiting, health.in_line) == (1, 1, 0)
    assert health.heard_at is not None and health.beat_at is not None and 0 <= health.delay < 60
    await book.logins.fetch("UPDATE feed_hours SET hour = hour - interval '25 hours'")
    assert (await asked(book, GetFeedHealth())).kinds == []
