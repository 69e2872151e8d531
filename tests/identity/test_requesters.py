"""Who may ask to look at an insured's portal, in whose name, and at whom."""

import json
from typing import Any

import pytest

from contracts.identity.impersonations import (
    FindImpersonation,
    Impersonate,
    LinkOver,
    NobodyThere,
    OpenView,
)
from contracts.identity.sessions import Browser, ResolveSession
from contracts.identity.systems import AddSystemOf, EndSystemOf
from contracts.kinds import BadRequest, NotAllowed, NotFound, ReadOnly, Refusal, SignInRequired
from contracts.principal import Kind, Scope
from kit.bus import Asker
from kit.ids import new_id
from services.identity.signed_in import sessions
from tests import stack

from .conftest import SLUG, Identity, account
from .looking import AGENT, behind, household, impersonate, member, opened, recorded, token


async def refused(identity: Identity, access_token: str, **changes: Any) -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        await impersonate(identity, access_token, **changes)
    assert await identity.logins.value("SELECT count(*) FROM impersonations") == 0
    return type(refusal.value)


async def test_who_may_not_ask_is_refused(identity: Identity) -> None:
    await household(identity)
    insured = await token(identity, Kind.CONTACT)
    for nobody in ("", "nonsense", "x" * 64, insured):
        assert await refused(identity, nobody) is SignInRequired
    assert await refused(identity, await token(identity, scopes=())) is NotAllowed
    publishes = await token(identity, scopes=(Scope.AMS_PUBLISH, Scope.AGENCY_ADMIN))
    assert await refused(identity, publishes) is NotAllowed
    over = await token(identity)
    await identity.logins.fetch("UPDATE sessions SET expires_at = now() WHERE kind = 'system'")
    assert await refused(identity, over) is SignInRequired
    gone = await token(identity, Kind.STAFF, subject=await member(identity))
    await identity.logins.fetch("UPDATE staff SET active = false")
    assert await refused(identity, gone) is SignInRequired


async def test_who_looks_already_opens_no_further_view(identity: Identity) -> None:
    await household(identity)
    view, _ = await opened(identity)
    with pytest.raises(ReadOnly):
        await impersonate(identity, view.token)


async def test_a_member_of_staff_looks_as_itself(identity: Identity) -> None:
    await household(identity)
    ana = await member(identity)
    staff = await token(identity, Kind.STAFF, subject=ana)
    for agent in (None, AGENT):
        link = await impersonate(identity, staff, agent=agent)
        view = await identity.asker.ask(OpenView(**behind(link)))
        session = await identity.asker.ask(ResolveSession(token=view.token))
        assert session.actor is not None
        assert (session.actor.id, session.actor.name) == (str(ana), "Ana Agent")
    assert {who for _, who, _ in await recorded(identity)} == {"Ana Agent"}


async def test_a_system_says_who_looks_and_why(identity: Identity) -> None:
    await household(identity)
    system = await token(identity)
    with pytest.raises(BadRequest) as missing:
        await impersonate(identity, system, agent=None)
    assert missing.value.facts["pointer"] == "/agent"
    for reason in ("", "  x  ", "x" * 201, "a\u0000b", "line\nbreak"):
        body = {"access_token": system, "account": "A1", "agent": AGENT.model_dump(), "reason": reason}
        reply = await identity.asker.client.request(Impersonate.subject, json.dumps(body).encode(), timeout=20)
        assert reply.headers is not None
        assert reply.headers["Portico-Refusal"] == "bad_request"
    assert await identity.logins.value("SELECT count(*) FROM impersonations") == 0


async def test_accounts_and_contacts_are_named_by_the_amss_ids_or_ours(identity: Identity) -> None:
    await household(identity)
    await identity.publish("account", "A2", 1, account("Diaz household", "1002"))
    system = await token(identity)
    (ours,) = await identity.logins.fetch("SELECT id FROM accounts WHERE ams_id = 'A1'")
    (second,) = await identity.logins.fetch("SELECT id FROM contacts WHERE ams_id = 'C2'")
    for named, who in (
        ({"account": "A1"}, "Pat Rivera"),
        ({"account": str(ours["id"])}, "Pat Rivera"),
        ({"account": str(ours["id"]).upper()}, "Pat Rivera"),
        ({"account": "A1", "contact": "C2"}, "Sam Rivera"),
        ({"account": "A1", "contact": str(second["id"])}, "Sam Rivera"),
    ):
        link = await impersonate(identity, system, **named)
        assert (await identity.asker.ask(FindImpersonation(**behind(link)))).insured == who
    for unknown in ({"account": "A9"}, {"account": str(new_id())}, {"account": "A1", "contact": "C9"}):
        with pytest.raises(NotFound):
            await impersonate(identity, system, **unknown)
    with pytest.raises(NotFound):
        await impersonate(identity, system, account="A2", contact="C1")  # a contact of another account
    with pytest.raises(NobodyThere):
        await impersonate(identity, system, account="A2")


async def test_the_agency_is_the_tokens_alone(identity: Identity) -> None:
    """Another agency's account has the same id in its own AMS, and is never found."""
    await household(identity)
    other = new_id()
    await identity.logins.fetch(
        "INSERT INTO agencies (id, slug, version, details) SELECT $1, 'riverside', 1, details FROM agencies", other
    )
    foreign = stack.Logins(identity.logins.server, identity.logins.service, identity.logins.database).open()
    async with foreign.transaction(other) as tx:
        theirs = await sessions.open_one(Kind.SYSTEM, new_id(), (), Browser(), tx, scopes=(Scope.IMPERSONATE,))
    await foreign.close()
    (ours,) = await identity.logins.fetch("SELECT id FROM accounts WHERE ams_id = 'A1'")
    for named in ("A1", str(ours["id"])):
        with pytest.raises(NotFound):
            await impersonate(identity, theirs.token, account=named)
    link = await impersonate(identity, await token(identity))
    with pytest.raises(NotFound):
        await identity.asker.ask(OpenView(**behind(link) | {"agency": "riverside"}))
    assert behind(link)["agency"] == SLUG


async def test_what_a_system_looks_at_ends_with_the_system_also_what_it_has_not_opened_yet(identity: Identity) -> None:
    await household(identity)
    ops = Asker(identity.ops)
    tokens = {}
    for name in ("crm", "ams"):
        added = await ops.ask(AddSystemOf(agency=SLUG, name=name, scopes=(Scope.IMPERSONATE,)))
        tokens[name] = await token(identity, subject=added.system.id)
    links = {name: [behind(await impersonate(identity, tokens[name])) for _ in range(2)] for name in tokens}
    views = {name: await identity.asker.ask(OpenView(**links[name][0])) for name in tokens}
    waiting = {name: links[name][1] for name in tokens}
    await ops.ask(EndSystemOf(agency=SLUG, name="crm"))
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=views["crm"].token))
    with pytest.raises(LinkOver):
        await identity.asker.ask(OpenView(**waiting["crm"]))
    with pytest.raises(SignInRequired):
        await impersonate(identity, tokens["crm"])
    assert (await recorded(identity))[-1][0] == "view-ended"
    assert (await identity.asker.ask(ResolveSession(token=views["ams"].token))).read_only  # another one's goes on
    assert (await identity.asker.ask(OpenView(**waiting["ams"]))).token
