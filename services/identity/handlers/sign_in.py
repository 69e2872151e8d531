"""Signing in with an identification code."""

from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import CodeSent, FinishSignIn, SendCode, SignInStarted, StartSignIn
from kit.bus import Call
from services.identity import agencies, arrivals, sign_ins
from services.identity.parts import parts

from .service import service


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
        return await arrivals.let_in(entrants, ("otp", channel), request.browser, transaction)
