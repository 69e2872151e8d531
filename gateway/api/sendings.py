"""What the agency sends to a contact, over the JSON API: the portal's address, an ID card; and what became of mails."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.documents.id_cards import IdCardOptions, IdCardSent, ListContactIdCards, SendIdCard
from contracts.identity.addressees import PortalLinkSent, SendPortalLink
from contracts.notify import DeliveryReports, ListDeliveries
from contracts.policy.vehicles import VehicleSearch

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


class WantedCard(BaseModel):
    """The vehicle whose ID card is wanted, on one of the account's policies."""

    policy: UUID
    vehicle: str = Field(max_length=80)


@router.post("/{agency}/contacts/{contact}/portal-link", response_model=PortalLinkSent, status_code=202)
async def send_portal_link(agency: str, contact: UUID, request: Request) -> Response:
    """Mails the contact the portal's address and how to sign in; there is no secret in it."""
    who = await agency_caller(request, agency)
    sent = await who.ask(SendPortalLink(contact=contact, browser=browser(request)))
    return answer(sent, 202)


@router.get("/{agency}/contacts/{contact}/id-cards", response_model=IdCardOptions)
async def list_id_cards(
    agency: str, contact: UUID, wanted: Annotated[VehicleSearch, Query()], request: Request
) -> Response:
    """The vehicles of the contact's account, with `available` or the `reason` why no card can be made."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListContactIdCards(contact=contact, **wanted.model_dump()))
    return answer(found)


@router.post("/{agency}/contacts/{contact}/id-cards", response_model=IdCardSent, status_code=201)
async def send_id_card(agency: str, contact: UUID, body: WantedCard, request: Request) -> Response:
    """Draws the ID card of a vehicle and mails it to the contact's primary e-mail."""
    who = await agency_caller(request, agency)
    sent = await who.ask(SendIdCard(contact=contact, policy=body.policy, vehicle=body.vehicle))
    return answer(sent, 201)


@router.get("/{agency}/contacts/{contact}/deliveries", response_model=DeliveryReports)
async def list_deliveries(
    agency: str, contact: UUID, request: Request, limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> Response:
    """What became of the latest mails and texts to the contact, identification codes among them; not what they say."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListDeliveries(contact=contact, limit=limit))
    return answer(found)
