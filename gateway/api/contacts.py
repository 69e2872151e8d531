"""Accounts and their contacts' access over the JSON API: for the agency's staff and systems."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.accounts import (
    AccountRecord,
    AccountsFound,
    ContactRecord,
    FindAccounts,
    GetAccount,
    SetAccess,
)
from contracts.identity.shared_addresses import (
    AllowSharedAddress,
    ListSharedAddresses,
    SharedAddress,
    SharedAddresses,
)

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


class ContactPatch(BaseModel):
    """The access toggle of a contact."""

    model_config = ConfigDict(extra="forbid")

    access: bool


class AddressPatch(BaseModel):
    """Whether an address that many accounts share opens all of them."""

    email: str = Field(max_length=254)
    allowed: bool


@router.get("/{agency}/accounts", response_model=AccountsFound)
async def find(agency: str, wanted: Annotated[FindAccounts, Query()], request: Request) -> Response:
    """Accounts by name; `q` is the beginning of a name, number, e-mail or telephone number, `cursor` continues."""
    who = await agency_caller(request, agency)
    found = await who.ask(wanted)
    return answer(found)


@router.get("/{agency}/accounts/{account}", response_model=AccountRecord)
async def show(agency: str, account: UUID, request: Request) -> Response:
    """One account with its contacts."""
    who = await agency_caller(request, agency)
    found = await who.ask(GetAccount(account=account))
    return answer(found)


@router.patch("/{agency}/contacts/{contact}", response_model=ContactRecord)
async def set_access(agency: str, contact: UUID, body: ContactPatch, request: Request) -> Response:
    """Moves the access toggle; turned off, everything that the contact has open ends at once."""
    who = await agency_caller(request, agency)
    found = await who.ask(SetAccess(contact=contact, access=body.access, browser=browser(request)))
    return answer(found)


@router.get("/{agency}/shared-addresses", response_model=SharedAddresses)
async def show_shared(agency: str, request: Request) -> Response:
    """E-mail addresses on more than three accounts; those that open none until somebody has looked come first."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListSharedAddresses())
    return answer(found)


@router.patch("/{agency}/shared-addresses", response_model=SharedAddress)
async def allow_shared(agency: str, body: AddressPatch, request: Request) -> Response:
    """Lets a shared address open all its accounts, or ends that."""
    who = await agency_caller(request, agency)
    wanted = AllowSharedAddress(email=body.email, allowed=body.allowed, browser=browser(request))
    found = await who.ask(wanted)
    return answer(found)
