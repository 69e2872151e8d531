"""Google and Microsoft over the JSON API: the agency's own clients there, and the accounts that a person has linked."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.openid import (
    ChangeOpenidClient,
    EndGoogleLink,
    GoogleLinks,
    ListGoogleLinks,
    ListOpenidClients,
    NewOpenidClient,
    OpenidClients,
    Provider,
)

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS)


@router.get("/{agency}/settings/openid", response_model=OpenidClients, tags=["agency"])
async def list_clients(agency: str, request: Request) -> Response:
    """The agency's clients, without their secrets, and the redirect address to register for them."""
    who = await agency_caller(request, agency)
    clients = await who.ask(ListOpenidClients())
    return answer(clients)


@router.put("/{agency}/settings/openid/{provider}", response_model=OpenidClients, tags=["agency"])
async def set_client(agency: str, provider: Provider, body: NewOpenidClient, request: Request) -> Response:
    """Sets the agency's client at a provider."""
    who = await agency_caller(request, agency)
    clients = await who.ask(ChangeOpenidClient(provider=provider, client=body, browser=browser(request)))
    return answer(clients)


@router.delete("/{agency}/settings/openid/{provider}", response_model=OpenidClients, tags=["agency"])
async def remove_client(agency: str, provider: Provider, request: Request) -> Response:
    """Takes the agency's client at a provider away: nobody signs in there any more."""
    who = await agency_caller(request, agency)
    clients = await who.ask(ChangeOpenidClient(provider=provider, client=None, browser=browser(request)))
    return answer(clients)


@router.get("/google-accounts", response_model=GoogleLinks, tags=["session"])
async def list_links(request: Request) -> Response:
    """The Google accounts that open the portal for the signed-in person."""
    ask = await ask_of(request)
    links = await ask(ListGoogleLinks())
    return answer(links)


@router.delete("/google-accounts/{link}", status_code=204, tags=["session"])
async def end_link(link: UUID, request: Request) -> Response:
    """Takes one of them away; its next sign-in asks for a code again."""
    ask = await ask_of(request)
    await ask(EndGoogleLink(link=link, browser=browser(request)))
    return Response(status_code=204)
