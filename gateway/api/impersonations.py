"""Looking at an insured's portal, read-only: an agency's system or its staff ask for a one-time address."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.impersonations import Agent, Impersonate, ImpersonationLink, Reason, Words

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["impersonations"])


class Wanted(BaseModel):
    """Whose portal, who will look, and why; ids of accounts and contacts are the AMS's or ours.

    Without a contact it is the primary one's portal. A member of staff is always its own agent.
    """

    account: Words = Field(min_length=1)
    contact: Words | None = None
    agent: Agent | None = None
    reason: Reason


@router.post("/{agency}/impersonations", response_model=ImpersonationLink, status_code=201)
async def ask(agency: str, body: Wanted, request: Request) -> Response:
    """The one-time address that opens the portal of an account, read-only, once and within a minute."""
    who = await agency_caller(request, agency)
    wanted = Impersonate(
        access_token=who.token,
        account=body.account,
        contact=body.contact,
        agent=body.agent,
        reason=body.reason,
        browser=browser(request),
    )
    link = await who.parts.asker.ask(wanted)
    return answer(link, 201)
