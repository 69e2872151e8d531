"""The agency's staff: who is on it, who is invited, who leaves."""

from contracts.identity.staff import (
    AddMember,
    ChangeMember,
    Colleagues,
    EndMember,
    GetInvitation,
    GetMyself,
    Invitation,
    InviteMember,
    ListColleagues,
    ListStaff,
    Member,
    RecoverMember,
    RestoreMember,
    Staff,
)
from contracts.kinds import NotFound, Nothing
from kit.bus import Call
from services.identity import agencies
from services.identity.audit import doers
from services.identity.staff import invitations, members

from .service import service


@service.answers(GetMyself)
async def get_myself(_: GetMyself, call: Call) -> Member:
    """Whose console it is."""
    async with call.transaction() as transaction:
        return await members.one(call.who.sub, transaction)


@service.answers(ListColleagues)
async def list_colleagues(_: ListColleagues, call: Call) -> Colleagues:
    """Whom something can be given to."""
    async with call.transaction() as transaction:
        return Colleagues(items=await members.colleagues(transaction))


@service.answers(ListStaff)
async def list_staff(_: ListStaff, call: Call) -> Staff:
    """Everyone."""
    async with call.transaction() as transaction:
        return Staff(items=await members.every(transaction))


@service.answers(InviteMember)
async def invite_member(request: InviteMember, call: Call) -> Member:
    """By an admin, or by the agency's system."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await members.invite(request.name, request.email, request.role, doer, transaction)


@service.answers(ChangeMember)
async def change_member(request: ChangeMember, call: Call) -> Member:
    """Another name or role."""
    async with call.transaction() as transaction:
        return await members.change(request, await doers.of(call.who, request.browser, transaction), transaction)


@service.answers(EndMember)
async def end_member(request: EndMember, call: Call) -> Nothing:
    """Somebody leaves."""
    async with call.transaction() as transaction:
        await members.end(request.member, await doers.of(call.who, request.browser, transaction), transaction)
        return Nothing()


@service.answers(RecoverMember)
async def recover_member(request: RecoverMember, call: Call) -> Member:
    """Somebody lost what opens the console, or an invitation."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await members.recover(request.member, doer, transaction)


@service.answers(AddMember)
async def add_member(request: AddMember, call: Call) -> Member:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await members.invite(request.name, request.email, request.role, doers.COMMAND_LINE, transaction)


@service.answers(RestoreMember)
async def restore_member(request: RestoreMember, call: Call) -> Member:
    """From the command line, where no admin is left who could."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        member = await members.with_email(request.email, transaction)
        if member is None:
            raise NotFound
        return await members.recover(member, doers.COMMAND_LINE, transaction, last_too=True)


@service.answers(GetInvitation)
async def get_invitation(request: GetInvitation, call: Call) -> Invitation:
    """The page behind an invitation's link."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await invitations.look(request.key, transaction)
