"""Staff: invited with a link that works once, roles that services enforce, and an admin who always remains."""

import pytest
import pytest_asyncio

from contracts.identity.accounts import FindAccounts, GetAccount, SetAccess
from contracts.identity.second_factors import AcceptInvitation, EntryOver, GetStaffEntry
from contracts.identity.staff import (
    AddMember,
    ChangeMember,
    EndMember,
    GetInvitation,
    GetMyself,
    InvitationOver,
    InviteMember,
    LastAdmin,
    ListStaff,
    MemberExists,
    RecoverMember,
    RestoreMember,
)
from contracts.kinds import NotAllowed, NotFound, Refusal, Request, SignInRequired
from contracts.principal import Role
from kit.bus import Asker
from kit.ids import new_id
from tests import stack

from .conftest import SLUG, Identity
from .crew import Crew


@pytest_asyncio.fixture
async def crew(identity: Identity) -> Crew:
    known = Crew(identity)
    await known.listen()
    return known


async def refusal_of(asking: object) -> type[Refusal]:
    with pytest.raises(Refusal) as refused:
        await asking  # type: ignore[misc]
    return refused.type


async def test_an_invitation_is_looked_at_freely_and_works_once(crew: Crew) -> None:
    asker = crew.identity.asker
    member = await crew.add("Ana")
    assert (member.standing, member.came_in_at) == ("invited", None)
    key = await crew.newest_key()
    for _ in range(2):
        found = await asker.ask(GetInvitation(agency=SLUG, key=key))
        assert (found.name, found.email, found.role) == ("Ana", "ana@oakhill.example", Role.ADMIN)
    entry = await asker.ask(AcceptInvitation(agency=SLUG, key=key))
    assert (entry.has, entry.makes) == ((), ("passkey",)), "nobody is in before a passkey is made"
    for again in (GetInvitation(agency=SLUG, key=key), AcceptInvitation(agency=SLUG, key=key)):
        assert await refusal_of(asker.ask(again)) is InvitationOver
    assert not await crew.identity.logins.value("SELECT count(*) FROM sessions")


async def test_an_invitation_ends_with_its_time_and_with_a_newer_one(crew: Crew) -> None:
    asker, boss = crew.identity.asker, await crew.hire("Boss")
    ana = await boss.ask(InviteMember(name="Ana", email="Ana@OakHill.example ", role=Role.CSR))
    assert ana.email == "ana@oakhill.example"
    first = await crew.newest_key(1)
    await boss.ask(RecoverMember(member=ana.id))
    second = await crew.newest_key(2)
    assert await refusal_of(asker.ask(AcceptInvitation(agency=SLUG, key=first))) is InvitationOver
    await crew.identity.logins.fetch("UPDATE staff_invitations SET expires_at = now() - interval '1 second'")
    assert await refusal_of(asker.ask(AcceptInvitation(agency=SLUG, key=second))) is InvitationOver
    assert [member.standing for member in (await boss.ask(ListStaff())).items] == ["overdue", "in"]


async def test_the_link_of_an_invitation_rests_nowhere(crew: Crew) -> None:
    await crew.add("Ana")
    key = await crew.newest_key()
    for table in ("outbox", "staff_invitations", "activities"):
        rows = await crew.identity.logins.fetch(f"SELECT * FROM {table}")
        assert key.encode() not in b"".join(
            value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row.values()
        )


async def test_an_address_is_on_the_staff_once_and_may_come_back(crew: Crew) -> None:
    boss = await crew.hire("Boss")
    ana = await crew.add("Ana", Role.AGENT)
    again = InviteMember(name="Ana Again", email="ANA@oakhill.example", role=Role.CSR)
    assert await refusal_of(boss.ask(again)) is MemberExists
    await boss.ask(EndMember(member=ana.id))
    back = await boss.ask(again)
    assert (back.id, back.name, back.role, back.standing) == (ana.id, "Ana Again", Role.CSR, "invited")


@pytest.mark.parametrize("role", [Role.AGENT, Role.CSR])
async def test_only_admins_manage_the_staff_and_everybody_finds_accounts(crew: Crew, role: Role) -> None:
    worker = await crew.hire("Wim", role)
    for_admins: list[Request[object]] = [
        ListStaff(),
        InviteMember(name="X", email="x@oakhill.example", role=Role.ADMIN),
        ChangeMember(member=worker.member.id, role=Role.ADMIN),
        EndMember(member=worker.member.id),
        RecoverMember(member=worker.member.id),
    ]
    for request in for_admins:
        assert await refusal_of(worker.ask(request)) is NotAllowed
    assert (await worker.ask(GetMyself())).role is role
    assert (await worker.ask(FindAccounts())).items == []


async def test_the_agency_s_own_insureds_are_nobody_here(crew: Crew) -> None:
    identity = crew.identity
    insured = stack.signed(identity.agency.id, new_id())
    for request in (GetMyself(), FindAccounts(), SetAccess(contact=new_id(), access=False), ListStaff()):
        assert await refusal_of(identity.asker.ask(request, insured)) is SignInRequired


async def test_the_last_admin_who_can_come_in_stays(crew: Crew) -> None:
    boss = await crew.hire("Boss")
    await crew.add("Ana")  # an admin too, who has never come in
    for request in (
        EndMember(member=boss.member.id),
        RecoverMember(member=boss.member.id),
        ChangeMember(member=boss.member.id, role=Role.AGENT),
    ):
        assert await refusal_of(boss.ask(request)) is LastAdmin
    second = await crew.hire("Second")
    await boss.ask(ChangeMember(member=boss.member.id, role=Role.AGENT))
    assert not await boss.is_in(), "another role counts at once"
    assert await refusal_of(second.ask(EndMember(member=second.member.id))) is LastAdmin


async def test_who_leaves_is_out_at_once_with_every_way_in(crew: Crew) -> None:
    boss, ana = await crew.hire("Boss"), await crew.hire("Ana", Role.AGENT)
    entry = (await crew.begin(ana.member.id)).entry
    await boss.ask(EndMember(member=ana.member.id))
    assert not await ana.is_in()
    assert await refusal_of(crew.identity.asker.ask(GetStaffEntry(agency=SLUG, entry=entry))) is EntryOver
    assert await refusal_of(boss.ask(EndMember(member=ana.member.id))) is NotFound
    assert [member.standing for member in (await boss.ask(ListStaff())).items] == ["in", "ended"]


async def test_recovering_ends_every_factor_and_sends_a_new_invitation(crew: Crew) -> None:
    boss, ana = await crew.hire("Boss"), await crew.hire("Ana", Role.AGENT)
    sent = len(crew.invitations)
    recovered = await boss.ask(RecoverMember(member=ana.member.id))
    assert (recovered.standing, recovered.authenticator, recovered.came_in_at) == ("invited", False, None)
    assert not await ana.is_in()
    assert await crew.identity.asker.ask(AcceptInvitation(agency=SLUG, key=await crew.newest_key(sent)))
    done = await crew.identity.logins.fetch("SELECT what, doer->>'name' AS who FROM activities ORDER BY number")
    assert ("member-recovered", "Boss") in [(row["what"], row["who"]) for row in done]


async def test_who_holds_the_machine_recovers_the_last_admin(crew: Crew) -> None:
    boss = await crew.hire("Boss")
    ops = Asker(crew.identity.ops)
    restored = await ops.ask(RestoreMember(agency=SLUG, email="boss@oakhill.example"))
    assert restored.standing == "invited"
    assert not await boss.is_in()
    for wrong in (
        RestoreMember(agency=SLUG, email="nobody@oakhill.example"),
        RestoreMember(agency="nowhere", email="boss@oakhill.example"),
        AddMember(agency="nowhere", name="X", email="x@oakhill.example", role=Role.CSR),
    ):
        assert await refusal_of(ops.ask(wrong)) is NotFound


async def test_an_account_of_another_agency_is_not_there(crew: Crew) -> None:
    boss = await crew.hire("Boss")
    for request in (GetAccount(account=new_id()), GetAccount(number="1"), SetAccess(contact=new_id(), access=True)):
        assert await refusal_of(boss.ask(request)) is NotFound
