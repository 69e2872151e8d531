"""What identity answers and hears: its table of contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.identity import (
    Accounts,
    AddAgency,
    Agencies,
    Agency,
    ChangeAgency,
    ChooseAccount,
    CodeSent,
    EndSession,
    FindAgency,
    FinishSignIn,
    GetMe,
    ListAccounts,
    ListAgencies,
    Me,
    ResolveSession,
    SendCode,
    Session,
    SignedIn,
    SignInStarted,
    StartSignIn,
)
from contracts.kinds import Nothing, SignInRequired
from kit.bus import Call, FeedEvent, Service
from kit.database import Transaction
from kit.principal import PrincipalSigner

from . import agencies, contacts, secret, sessions, sign_ins, sync
from .codes import Codes

service = Service("identity")


@dataclass(frozen=True)
class Parts:
    """What only identity has: the key that signs principals, and the key of its codes."""

    signer: PrincipalSigner
    codes: Codes


def parts(call: Call) -> Parts:
    """Identity's own parts."""
    return cast(Parts, call.bus.parts)


@service.syncs
async def apply_feed(events: Sequence[FeedEvent], transaction: Transaction) -> None:
    """Accounts and contacts from the AMS."""
    await sync.apply(events, transaction)


@service.answers(AddAgency)
async def add_agency(request: AddAgency, call: Call) -> Agency:
    """From the command line."""
    async with call.transaction() as transaction:
        return await agencies.add(request.details, transaction)


@service.answers(ChangeAgency)
async def change_agency(request: ChangeAgency, call: Call) -> Agency:
    """From the command line."""
    async with call.transaction() as transaction:
        return await agencies.change(request.details, transaction)


@service.answers(ListAgencies)
async def list_agencies(_: ListAgencies, call: Call) -> Agencies:
    """For the command line, and for a gateway that must know whether all are demos."""
    async with call.transaction() as transaction:
        return await agencies.every(transaction)


@service.answers(FindAgency)
async def find_agency(request: FindAgency, call: Call) -> Agency:
    """The first question of every page."""
    async with call.transaction() as transaction:
        return await agencies.find(request.slug, transaction)


@service.answers(StartSignIn)
async def start_sign_in(request: StartSignIn, call: Call) -> SignInStarted:
    """E-mail address → channel choice, or a code at once."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await sign_ins.start(request.email, parts(call).codes, transaction)


@service.answers(SendCode)
async def send_code(request: SendCode, call: Call) -> CodeSent:
    """Channel chosen, or a new code requested."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await sign_ins.send_code(request.sign_in, request.channel, parts(call).codes, transaction)


@service.answers(FinishSignIn)
async def finish_sign_in(request: FinishSignIn, call: Call) -> SignedIn:
    """Code → session. The try is counted and committed before the code is looked at."""
    async with call.transaction() as transaction:
        agency = await agencies.enter(request.agency, transaction)
        sign_in, email, left = await sign_ins.count_try(request.sign_in, transaction)
    async with call.transaction(agency) as transaction:
        entrants, channel = await sign_ins.finish(sign_in, email, left, request.code, parts(call).codes, transaction)
        return await sessions.open_for(entrants, ("otp", channel), transaction)


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
        return Accounts(items=await sessions.choices(call.who, transaction))


@service.answers(ChooseAccount)
async def choose_account(request: ChooseAccount, call: Call) -> SignedIn:
    """At sign-in, and later from the profile."""
    async with call.transaction() as transaction:
        return await sessions.choose(call.who, request.account, transaction)


@service.answers(EndSession)
async def end_session(_: EndSession, call: Call) -> Nothing:
    """Sign out."""
    async with call.transaction() as transaction:
        await sessions.end(call.who.sid, transaction)
        return Nothing()


@service.answers(GetMe)
async def get_me(_: GetMe, call: Call) -> Me:
    """Who is signed in."""
    async with call.transaction() as transaction:
        return await contacts.me(call.who, transaction)
