"""Live sessions: listed, and ended one by one or all but one."""

from contracts.identity.sessions import (
    EndOtherSession,
    EndOtherSessions,
    ListSessions,
    LiveSessions,
    SessionsEnded,
)
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity.signed_in import live_sessions

from .service import service


@service.answers(ListSessions)
async def list_sessions(_: ListSessions, call: Call) -> LiveSessions:
    """Where the person is signed in."""
    async with call.transaction() as transaction:
        return await live_sessions.of_person(call.who, transaction)


@service.answers(EndOtherSession)
async def end_other_session(request: EndOtherSession, call: Call) -> Nothing:
    """One that the person does not want."""
    async with call.transaction() as transaction:
        await live_sessions.end_one(request.session, call.who, transaction)
        return Nothing()


@service.answers(EndOtherSessions)
async def end_other_sessions(_: EndOtherSessions, call: Call) -> SessionsEnded:
    """All but this one."""
    async with call.transaction() as transaction:
        return SessionsEnded(count=await live_sessions.end_others(call.who, transaction))
