"""Signing in with an identification code."""

from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import CodeSent, FinishSignIn, SendCode, SignInStarted, StartSignIn
from kit.bus import Call
from services.identity import agencies
from services.identity.parts import parts
from services.identity.sign_in import starts, tries

from .service import service


@service.answers(StartSignIn)
async def start_sign_in(request: StartSignIn, call: Call) -> SignInStarted:
    """E-mail address → channel choice, or a code at once."""
    async with call.transaction() as transaction:
        await agencies.visit(request.agency, transaction)
        outcome = await starts.begin(request.email, request.browser, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(SendCode)
async def send_code(request: SendCode, call: Call) -> CodeSent:
    """Channel chosen, or a new code requested."""
    async with call.transaction() as transaction:
        await agencies.visit(request.agency, transaction)
        outcome = await starts.send_code(request, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(FinishSignIn)
async def finish_sign_in(request: FinishSignIn, call: Call) -> SignedIn:
    """Code → session. The try is counted and committed before the code is looked at."""
    async with call.transaction() as first:
        agency = await agencies.visit(request.agency, first)
        counted = await tries.count(request, parts(call), first)
    async with call.transaction(agency) as transaction:
        transaction.records.update(first.records)  # of the agency, read just now
        outcome = await tries.finish(counted, request, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)
