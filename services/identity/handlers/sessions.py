"""Sessions: resolved, switched, ended."""

from contracts.identity.contacts import GetMe, Me
from contracts.identity.sessions import (
    Accounts,
    ChooseAccount,
    EndSession,
    ListAccounts,
    ResolveSession,
    Session,
    SignedIn,
)
from contracts.kinds import Nothing, SignInRequired
from kit.bus import Call
from services.identity import secret
from services.identity.parts import parts
from services.identity.people import contacts
from services.identity.sign_in import arrivals
from services.identity.signed_in import sessions

from .service import service


@service.answers(ResolveSession)
async def resolve_session(request: ResolveSession, call: Call) -> Session:
    """Session secret → signed principal."""
    agency = secret.agency_of(request.token)
    if agency is None:
        raise SignInRequired
    async with call.transaction(agency) as transaction:
        return await sessions.resolve(request.token, parts(call).signer, transaction)


@service.answers(ListAccounts)
async def list_accounts(_: ListAccounts, call: Call) -> Accounts:
    """The choice at sign-in, and later in the profile."""
    async with call.transaction() as transaction:
        return Accounts(items=await arrivals.choices(call.who, transaction))


@service.answers(ChooseAccount)
async def choose_account(request: ChooseAccount, call: Call) -> SignedIn:
    """At sign-in, and later from the profile."""
    async with call.transaction() as transaction:
        return await arrivals.choose(call.who, request, transaction)


@service.answers(EndSession)
async def end_session(_: EndSession, call: Call) -> Nothing:
    """Sign out."""
    async with call.transaction() as transaction:
        await arrivals.leave(call.who, transaction)
        return Nothing()


@service.answers(GetMe)
async def get_me(_: GetMe, call: Call) -> Me:
    """Who is signed in."""
    async with call.transaction() as transaction:
        return await contacts.me(call.who, transaction)
