"""ID cards and documents as JSON, and their bytes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.documents.id_cards import IdCardOptions, ListIdCards
from contracts.documents.mailings import EmailDocument, Emailed
from contracts.documents.vault import Document
from gateway.views import documents, id_cards

from .answers import PREFIX, PROBLEMS, answer
from .caller import ask_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["documents"])
PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


class Vehicle(BaseModel):
    """A vehicle on a policy, by the ids of GET /id-cards."""

    policy: UUID
    vehicle: str = Field(max_length=80)


class Issued(BaseModel):
    """The document that was made, or was there already."""

    document: Document


class Recipient(BaseModel):
    """Where a document goes; empty for the person who is signed in."""

    to: str = Field(default="", max_length=254)


@router.get("/id-cards", response_model=IdCardOptions)
async def show_options(wanted: Annotated[ListIdCards, Query()], request: Request) -> Response:
    """The account's vehicles with `available`, or the reason why there is no card; `cursor` continues a list."""
    ask = await ask_of(request)
    options = await ask(wanted)
    return answer(options)


@router.post("/id-cards", response_model=Issued, status_code=201)
async def issue(body: Vehicle, request: Request) -> Response:
    """Makes the ID card of a vehicle; the same facts give the same document again."""
    document = await id_cards.issue(await ask_of(request), body.policy, body.vehicle)
    headers = {"location": f"/api/v1/documents/{document.id}/content"}
    return answer(Issued.model_construct(document=document), 201, headers)


@router.get("/documents/{document}/content", response_class=Response, responses=PDF)
async def content(document: UUID, request: Request, download: bool = False) -> Response:
    """A document's bytes, whole or a range."""
    return await documents.open_content(await ask_of(request), document, request, download=download)


@router.post("/documents/{document}/email", response_model=Emailed, status_code=202)
async def email(document: UUID, request: Request, body: Recipient | None = None) -> Response:
    """Sends a document by e-mail."""
    ask = await ask_of(request)
    emailed = await ask(EmailDocument(document=document, to=body.to.strip() if body else ""))
    return answer(emailed, 202)
