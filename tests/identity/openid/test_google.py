"""Signing in with Google: the first time with a code, afterwards without, and never for anybody else."""

import json
from typing import Any

import pytest

from contracts.identity.openid import EndGoogleLink, GoogleAccountNotFound, ListGoogleLinks, StartGoogleSignIn
from contracts.identity.sessions import ChooseAccount, ListAccounts
from contracts.identity.sign_in import CodeWrong, EmailNotFound, SendCode
from contracts.kinds import NotFound, SignInRequired
from kit.ids import new_id

from ..conftest import SLUG, Identity
from .provider import Provider
from .world import MOBILE, PAT, Google


async def test_the_first_time_a_code_goes_to_the_primary_email_and_afterwards_google_is_enough(google: Google) -> None:
    await google.household(mobile=MOBILE)
    answer = await google.come()
    assert answer.signed_in is None and answer.sign_in is not None
    assert [(c.kind, c.masked) for c in answer.sign_in.channels] == [("email", answer.sign_in.sent_to)]
    code = await google.identity.newest_code(0)
    assert (google.identity.codes[0].channel, google.identity.codes[0].to) == ("email", PAT)
    first = await google.enter(answer, code)
    assert (await google.me(first)).contact.email == PAT

    again = await google.come()
    assert again.sign_in is None and again.signed_in is not None
    assert (await google.me(again.signed_in)).account.number == "1001"
    assert len(google.identity.codes) == 1
    amr = await google.identity.logins.fetch("SELECT amr FROM sessions ORDER BY id")
    assert [row["amr"] for row in amr] == [["fed", "otp"], ["fed"]]
    told = await google.identity.logins.fetch("SELECT what, facts FROM activities ORDER BY number")
    assert [row["what"] for row in told] == ["settings-changed", "google-linked", "signed-in", "signed-in"]
    assert json.loads(told[1]["facts"]) == {"email": PAT}


async def test_a_wrong_code_links_nothing_and_a_new_one_still_does(google: Google) -> None:
    await google.household()
    answer = await google.come()
    right = await google.identity.newest_code(0)
    with pytest.raises(CodeWrong):
        await google.enter(answer, f"{(int(right) + 1) % 1_000_000:06d}")
    assert await google.identity.logins.value("SELECT count(*) FROM google_links") == 0
    assert answer.sign_in is not None
    await google.asker.ask(SendCode(agency=SLUG, sign_in=answer.sign_in.sign_in))
    await google.enter(answer, await google.identity.newest_code(1))
    assert (await google.come()).signed_in is not None


STRANGERS: list[tuple[str, dict[str, Any], type[Exception]]] = [
    ("pat.rivera@example.com", {}, GoogleAccountNotFound),
    ("pat.rivera@gmail.com.example.com", {}, GoogleAccountNotFound),
    ("pat@notgmail.com", {}, GoogleAccountNotFound),
    ("", {}, GoogleAccountNotFound),
    (PAT, {"email_verified": False}, GoogleAccountNotFound),
    (PAT, {"email_verified": "true"}, GoogleAccountNotFound),
    (PAT, {"email_verified": None}, GoogleAccountNotFound),
    ("nobody.at.all@gmail.com", {}, EmailNotFound),
    ("patrivera1021@gmail.com", {}, EmailNotFound),
    ("pat.rivera.1021+portal@gmail.com", {}, EmailNotFound),
    ("pat.rivera.1021@googlemail.com", {}, EmailNotFound),
]


async def test_only_a_gmail_account_whose_address_is_a_contacts_own_to_the_letter_gets_a_code(google: Google) -> None:
    await google.household()
    for email, changes, refusal in STRANGERS:
        with pytest.raises(refusal):
            await google.come(email, **changes)
    assert google.identity.codes == []


async def test_an_agency_may_take_every_verified_account_of_googles(google: Google) -> None:
    own = "pat@rivera.example"
    await google.household(own)
    await google.set_methods(google_accounts="verified")
    with pytest.raises(GoogleAccountNotFound):
        await google.come(own, email_verified=False)
    await google.link(own)
    assert (await google.come(own)).signed_in is not None
    await google.set_methods(google_accounts="gmail")
    with pytest.raises(GoogleAccountNotFound):
        await google.come(own)


async def test_the_two_sentences_are_the_portals_own(google: Google) -> None:
    assert GoogleAccountNotFound.title == "Couldn't find your Google Account."
    assert EmailNotFound.title == "This email address is not found. Please contact your agent directly."


async def test_a_contact_without_access_is_not_found(google: Google) -> None:
    await google.household(role="second", access=False)
    with pytest.raises(EmailNotFound):
        await google.come()


async def test_a_gmail_address_that_was_renamed_after_linking_comes_in_by_the_subject_alone(google: Google) -> None:
    await google.household()
    await google.link(subject="pat")
    renamed = await google.come("pat.r.renamed@gmail.com", "pat")
    assert renamed.signed_in is not None
    me = await google.me(renamed.signed_in)
    assert me.contact.email == PAT
    links = await google.asker.ask(ListGoogleLinks(), (await google.session(renamed.signed_in)).principal)
    assert [link.email for link in links.items] == ["pat.r.renamed@gmail.com"]


async def test_a_gmail_address_that_was_renamed_before_linking_has_to_be_the_one_on_file(google: Google) -> None:
    await google.household()
    with pytest.raises(EmailNotFound):  # Google tells the new name, the agency knows the old one
        await google.come("pat.r.renamed@gmail.com", "pat")
    await google.household("pat.r.renamed@gmail.com", sequence=2)
    await google.link("pat.r.renamed@gmail.com", "pat")
    assert (await google.come(PAT, "pat")).signed_in is not None  # the old name is an alias for good


async def test_the_same_address_from_another_google_account_has_no_link(google: Google) -> None:
    await google.household()
    await google.link(subject="pat")
    answer = await google.come(PAT, "somebody-who-has-the-address-now")
    assert answer.signed_in is None


async def test_both_spellings_of_the_issuer_are_the_same_person(google: Google) -> None:
    await google.household()
    await google.link(subject="pat")
    short = google.provider.url.removeprefix("http://")
    assert (await google.come(PAT, "pat", iss=short)).signed_in is not None


async def test_several_accounts_under_one_address_are_linked_together_and_chosen_as_usual(google: Google) -> None:
    await google.household()
    await google.household(number=2)
    linked = await google.link()
    assert (linked.next, len(linked.accounts)) == ("account", 2)
    answer = await google.come()
    assert answer.signed_in is not None and answer.signed_in.next == "account"
    principal = (await google.session(answer.signed_in)).principal
    accounts = (await google.asker.ask(ListAccounts(), principal)).items
    chosen = ChooseAccount(account=accounts[1].id, contact=accounts[1].contact)
    opened = await google.asker.ask(chosen, principal)
    assert (await google.me(opened)).account.number == "1002"


async def test_an_account_that_comes_later_under_the_address_asks_for_one_more_code(google: Google) -> None:
    await google.household()
    await google.link()
    await google.household(number=2)
    assert (await google.come()).signed_in is None
    await google.link()
    answer = await google.come()
    assert answer.signed_in is not None and len(answer.signed_in.accounts) == 2


async def test_an_unlinked_account_asks_for_a_code_again_and_other_sessions_by_google_end(google: Google) -> None:
    await google.household()
    by_code = await google.link()
    elsewhere = (await google.come()).signed_in
    assert elsewhere is not None
    here = await google.session(by_code)
    (link,) = (await google.asker.ask(ListGoogleLinks(), here.principal)).items
    await google.asker.ask(EndGoogleLink(link=link.id), here.principal)
    assert (await google.asker.ask(ListGoogleLinks(), here.principal)).items == []
    assert (await google.me(by_code)).contact.email == PAT
    with pytest.raises(SignInRequired):
        await google.session(elsewhere)
    assert (await google.come()).signed_in is None
    last = "SELECT what FROM activities ORDER BY number DESC LIMIT 1"
    assert await google.identity.logins.value(last) == "google-unlinked"


async def test_somebody_elses_link_cannot_be_seen_or_ended(google: Google) -> None:
    await google.household()
    await google.household("other.person.77@gmail.com", number=2)
    pat = await google.session(await google.link())
    other = await google.session(await google.link("other.person.77@gmail.com"))
    (link,) = (await google.asker.ask(ListGoogleLinks(), pat.principal)).items
    for foreign in (link.id, new_id()):
        with pytest.raises(NotFound):
            await google.asker.ask(EndGoogleLink(link=foreign), other.principal)
    assert link.id not in [one.id for one in (await google.asker.ask(ListGoogleLinks(), other.principal)).items]
    assert (await google.come()).signed_in is not None


@pytest.mark.parametrize("how", ["toggle", "deleted"])
async def test_the_link_ends_with_the_access(google: Google, how: str) -> None:
    await google.household(role="second", access=True)
    await google.link()
    if how == "toggle":
        await google.household(role="second", access=False, sequence=2)
    else:
        await google.identity.publish("contact", "K1", 2, None)
    with pytest.raises(EmailNotFound):
        await google.come()
    await google.household(role="second", access=True, sequence=3)
    assert (await google.come()).signed_in is None


async def test_gmail_leads_to_google_and_only_where_the_agency_has_a_client_there(google: Google) -> None:
    await google.household()
    for address in (PAT, PAT.upper(), "nobody.at.all@googlemail.com"):
        started = await google.identity.start(address)
        assert (started.next, started.sign_in, started.channels) == ("google", "", [])
    assert google.identity.codes == []


async def test_an_agency_may_also_send_gmail_a_code(google: Google) -> None:
    await google.household()
    await google.set_methods(gmail="google-or-code")
    started = await google.identity.start(PAT)
    assert (started.next, len(started.channels)) == ("google", 1)
    assert google.identity.codes == []
    await google.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in, channel=started.channels[0].id))
    assert await google.identity.newest_code(0)


async def test_without_a_client_gmail_comes_in_by_code(identity: Identity, provider: Provider) -> None:
    world = Google(identity, provider)
    await world.household()
    assert (await identity.start(PAT)).next == "code"
    with pytest.raises(NotFound):
        await identity.asker.ask(StartGoogleSignIn(agency=SLUG))
