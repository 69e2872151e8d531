"""Activity: what the household and the agency see of what was done, sessions that end, and heads that are signed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.identity.activities import Doer, Entries, ListActivity, ListAgencyActivity, RecordActivity, What
from contracts.identity.contacts import GetMe
from contracts.identity.sessions import (
    Browser,
    EndSession,
    NoteExport,
    ResolveSession,
    Session,
)
from contracts.identity.sign_in import CodeWrong, FinishSignIn
from contracts.kinds import NotAllowed, Refusal, SignInRequired
from contracts.principal import Kind, Role, Scope
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.identity.audit import activities
from tests import stack
from tests.identity.conftest import SLUG, Identity, account, contact
from tests.identity.visitors import contact_of

PAT, ROBIN = "pat.rivera@example.com", "robin.rivera@example.com"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    " Edg/140.0.0.0"
)


async def household(identity: Identity) -> None:
    await identity.publish("account", "a-1", 1, account())
    await identity.publish("contact", "c-1", 1, contact("a-1", PAT))
    await identity.publish("contact", "c-2", 1, contact("a-1", ROBIN, role="second", first_name="Robin", access=True))


async def arrive(identity: Identity, email: str = PAT, agent: str = DESK) -> Session:
    sent = await identity.sent()
    started = await identity.start(email)
    code = await identity.newest_code(sent)
    browser = Browser(address="192.0.2.7", agent=agent)
    signed_in = await identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code, browser=browser))
    return await identity.asker.ask(ResolveSession(token=signed_in.token))


async def seen(identity: Identity, session: Session, **wanted: Any) -> Entries:
    return await identity.asker.ask(ListActivity(**wanted), session.principal)


async def test_the_household_sees_who_came_in_how_and_with_what(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    robin = await arrive(identity, ROBIN, PHONE)
    newest, oldest = (await seen(identity, pat)).items
    assert (oldest.what, oldest.name, oldest.mine, oldest.by) == (What.SIGNED_IN, "Pat Rivera", True, "contact")
    assert oldest.facts == {"by": "otp email", "browser": "Edge", "system": "Windows"}
    assert (newest.name, newest.mine, newest.facts["system"]) == ("Robin Rivera", False, "iPhone")
    assert [entry.mine for entry in (await seen(identity, robin)).items] == [True, False]


async def test_a_persons_means_of_coming_in_are_its_own_affair(identity: Identity) -> None:
    await household(identity)
    pat, robin = await arrive(identity), await arrive(identity, ROBIN)
    doer = Doer(kind="contact", id=str(await contact_of(identity, "c-2")), name="Robin Rivera")
    database = identity.logins.open(1)
    account_ = await identity.logins.value("SELECT id FROM accounts")
    async with database.transaction(identity.agency.id) as tx:
        for what, facts in (
            (What.GOOGLE_LINKED, {"email": "robin.1021@gmail.com"}),
            (What.USER_NAME_ASSIGNED, {"user_name": "RRivera01"}),
        ):
            await activities.record(what, doer, tx, account=account_, contact=UUID(doer.id), facts=facts)
    await database.close()
    assert [entry.facts for entry in (await seen(identity, robin)).items[:2]] == [
        {"user_name": "RRivera01"},
        {"email": "robin.1021@gmail.com"},
    ]
    assert [entry.facts for entry in (await seen(identity, pat)).items[:2]] == [{}, {"email": "r•••@g•••.com"}]


async def test_no_address_and_nothing_of_another_account_is_shown(identity: Identity) -> None:
    await household(identity)
    await identity.publish("account", "a-2", 1, account("Lee household", "1002"))
    await identity.publish("contact", "c-3", 1, contact("a-2", "sam.lee@example.com"))
    pat, sam = await arrive(identity), await arrive(identity, "sam.lee@example.com")
    assert [entry.mine for entry in (await seen(identity, pat)).items] == [True]
    assert "192.0.2.7" not in (await seen(identity, sam)).model_dump_json()


async def test_activity_comes_in_pages_newest_first(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    database = identity.logins.open()
    async with database.transaction(identity.agency.id) as tx:
        for number in range(120):
            await activities.record(
                What.DOCUMENT_OPENED, Doer(kind="portal"), tx, account=pat.account, facts={"title": str(number)}
            )
    await database.close()
    found, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = await seen(identity, pat, cursor=cursor)
        found, cursor, pages = found + [entry.number for entry in page.items], page.cursor or "", pages + 1
    assert pages == 3
    assert found == sorted(found, reverse=True)
    assert len(found) == 121


async def test_leaving_and_losing_access_are_recorded_and_shown_to_the_others(identity: Identity) -> None:
    await household(identity)
    pat, robin = await arrive(identity), await arrive(identity, ROBIN)
    await identity.asker.ask(EndSession(), robin.principal)
    await identity.publish("contact", "c-2", 2, contact("a-1", ROBIN, role="second", first_name="Robin", access=False))
    ended, left, *_ = (await seen(identity, pat)).items
    assert (ended.what, ended.by, ended.about, ended.facts) == (
        What.ACCESS_ENDED,
        "ams",
        "Robin Rivera",
        {"reason": "toggle"},
    )
    assert (left.what, left.name, left.about) == (What.SIGNED_OUT, "Robin Rivera", "")


async def test_wrong_codes_are_recorded_once_an_hour_and_not_for_every_guess(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    for _ in range(2):
        sent = await identity.sent()
        started = await identity.start(PAT)
        code = await identity.newest_code(sent)
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _ in range(5):
            with pytest.raises(Refusal):
                await identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=wrong))
    found = [entry for entry in (await seen(identity, pat)).items if entry.what is What.CODES_WRONG]
    assert [(entry.by, entry.mine, entry.facts) for entry in found] == [("portal", False, {})]


async def test_one_wrong_code_is_nobodys_business(identity: Identity) -> None:
    await household(identity)
    sent = await identity.sent()
    started = await identity.start(PAT)
    code = await identity.newest_code(sent)
    with pytest.raises(CodeWrong):
        await identity.asker.ask(
            FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=f"{(int(code) + 1) % 10**6:06}")
        )
    assert await identity.logins.value("SELECT count(*) FROM activities") == 0


async def test_what_documents_tells_stands_in_the_activity_once(nats_server: NatsServer, identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    person = (await identity.asker.ask(GetMe(), pat.principal)).contact
    documents = await stack.connect(nats_server, "documents")
    job = RecordActivity(
        agency=identity.agency.id,
        id=new_id(),
        what=What.DOCUMENT_EMAILED,
        account=pat.account or new_id(),
        contact=person.id,
        at=datetime.now(UTC),
        facts={"title": "ID card", "to": "p•••@e•••.com"},
    )
    for number in range(2):
        headers = {"Nats-Msg-Id": f"relay-{number}"}  # published again after a crash, or past the bus's memory
        await documents.jetstream().publish(job.subject, job.model_dump_json().encode(), headers=headers)

    async def settled() -> bool:
        return await stack.unsettled(identity.ops, "JOBS", "identity-job-identity-record_activity") == 0

    await stack.eventually(settled)
    await documents.close()
    newest, *others = (await seen(identity, pat)).items
    assert (newest.what, newest.name, newest.mine) == (What.DOCUMENT_EMAILED, "Pat Rivera", True)
    assert [entry.what for entry in others] == [What.SIGNED_IN]


async def test_the_agency_sees_all_of_it_with_filters_and_only_its_admins_and_systems_do(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    database = identity.logins.open()
    async with database.transaction(identity.agency.id) as tx:
        for who in ("7", "8"):
            doer = Doer(kind="staff", id=who, name="Jamie Cruz", address="192.0.2.8")
            await activities.record(What.VIEW_OPENED, doer, tx, account=pat.account)
    await database.close()
    admin = stack.signed(identity.agency.id, kind=Kind.STAFF, role=Role.ADMIN)
    system = stack.signed(identity.agency.id, kind=Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,))

    async def listed(who: str = admin, **wanted: Any) -> list[tuple[str, str]]:
        found = await identity.asker.ask(ListAgencyActivity(**wanted), who)
        return [(entry.what.value, entry.doer.id) for entry in found.items]

    everything = await listed()
    assert [what for what, _ in everything] == ["view-opened", "view-opened", "signed-in"]
    assert await listed(system) == everything
    assert await listed(staff="7") == [("view-opened", "7")]
    assert [what for what, _ in await listed(what=What.SIGNED_IN)] == ["signed-in"]
    assert await listed(account=new_id()) == []
    page = await identity.asker.ask(ListAgencyActivity(limit=2), admin)
    assert (page.items[0].doer.address, page.items[0].account_name) == ("192.0.2.8", "Rivera household")
    assert len(await listed(limit=2, cursor=page.cursor)) == 1
    for role in (Role.AGENT, Role.CSR):
        with pytest.raises(NotAllowed):
            await listed(stack.signed(identity.agency.id, kind=Kind.STAFF, role=role))
    with pytest.raises(SignInRequired):
        await listed(pat.principal)
    assert await listed(stack.signed(new_id(), kind=Kind.STAFF, role=Role.ADMIN)) == []


async def test_an_export_is_noted_once_an_hour(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    for _ in range(3):
        await identity.asker.ask(NoteExport(), pat.principal)
    assert [entry.what for entry in (await seen(identity, pat)).items] == [What.DATA_EXPORTED, What.SIGNED_IN]
