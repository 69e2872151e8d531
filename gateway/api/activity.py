"""Activity, sessions and consents as JSON, and a copy of everything."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.activities import AgencyEntries, Entries, ListActivity, ListAgencyActivity
from contracts.identity.consents import ChangeConsent, Consents, GetConsents
from contracts.identity.sessions import EndOtherSession, EndOtherSessions, ListSessions, LiveSessions, SessionsEnded
from contracts.kinds import ReadOnly
from gateway.views import export
from gateway.views.documents import disposition

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of, caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["activity"])


@router.get("/activity", response_model=Entries)
async def show(wanted: Annotated[ListActivity, Query()], request: Request) -> Response:
    """What was done in the account, newest first; `cursor` continues a list."""
    ask = await ask_of(request)
    found = await ask(wanted)
    return answer(found)


@router.get("/sessions", response_model=LiveSessions)
async def show_sessions(request: Request) -> Response:
    """Where the person is signed in, this session first."""
    ask = await ask_of(request)
    found = await ask(ListSessions())
    return answer(found)


@router.delete("/sessions/{session}", status_code=204)
async def end_session(session: UUID, request: Request) -> Response:
    """Ends one of them."""
    who = await caller(request)
    await who.ask(EndOtherSession(session=session))
    who.parts.sessions.forget(session)
    return Response(status_code=204)


@router.delete("/sessions", response_model=SessionsEnded)
async def end_other_sessions(request: Request) -> Response:
    """Ends all but this one."""
    ask = await ask_of(request)
    found = await ask(EndOtherSessions())
    return answer(found)


@router.get("/consents", response_model=Consents)
async def show_consents(request: Request) -> Response:
    """What the person has agreed to."""
    ask = await ask_of(request)
    found = await ask(GetConsents())
    return answer(found)


@router.put("/consents", response_model=Consents)
async def change_consent(body: ChangeConsent, request: Request) -> Response:
    """Gives or withdraws a consent; `version` is that of the text which the person has read."""
    ask = await ask_of(request)
    found = await ask(body)
    return answer(found)


@router.get("/export", response_model=export.Export)
async def take_copy(request: Request) -> Response:
    """A copy of everything that the portal holds about the account."""
    who = await caller(request)
    if who.session.read_only:
        raise ReadOnly  # it is noted in the activity, so it writes
    agency = await who.parts.agencies.find(who.session.slug)
    copy = await export.compose(who.ask, agency)
    return answer(copy, headers={"content-disposition": disposition("attachment", export.file_name(copy, agency.slug))})


@router.get("/{agency}/activity", response_model=AgencyEntries)
async def show_agency(agency: str, wanted: Annotated[ListAgencyActivity, Query()], request: Request) -> Response:
    """What was done in the agency, for its admins and its systems."""
    who = await agency_caller(request, agency)
    found = await who.ask(wanted)
    return answer(found)
