"""Certificate holders as JSON: for insureds, and for the agency's staff and systems."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.policy.holder_sheets import (
    LARGEST_SHEET,
    AddHolderSheet,
    CheckHolderSheet,
    GetHolderSheet,
    SheetReport,
)
from contracts.policy.holders import (
    AddHolder,
    ChangeHolder,
    ConfirmHolder,
    GetHolder,
    Holder,
    HolderFields,
    HolderList,
    ListAccountHolders,
    ListHolders,
    WithdrawHolder,
)
from gateway.refusals import WrongType

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, ask_of

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["certificate holders"])
CSV = "text/csv"
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}}


class SheetChoice(BaseModel):
    """Whether the rows that can be added are added although others cannot."""

    model_config = ConfigDict(extra="forbid")

    good_ones: bool = False


class AccountPage(BaseModel):
    """Which holders of an account: what was added at once, and where the page begins."""

    addition: UUID | None = None
    limit: int = Field(default=100, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)


@router.get("/certificate-holders", response_model=HolderList)
async def show_list(wanted: Annotated[ListHolders, Query()], request: Request) -> Response:
    """The account's certificate holders by name; `q` is looked for in names and cities."""
    ask = await ask_of(request)
    found = await ask(wanted)
    return answer(found)


@router.post("/certificate-holders", response_model=Holder, status_code=201)
async def add(body: HolderFields, request: Request) -> Response:
    """Adds a holder, which waits for the agency; 409 `holder_exists` names the one that is there already."""
    ask = await ask_of(request)
    added = await ask(AddHolder(fields=body))
    return answer(added, 201)


@router.post("/certificate-holders/sheets", response_model=SheetReport, status_code=201, openapi_extra=BODY)
async def check(request: Request, file_name: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Reads a CSV file and says what would become of each row; nothing is added yet."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise WrongType
    ask = await ask_of(request)
    content: bytes = request.scope["portico.body"][: LARGEST_SHEET + 1]
    report = await ask(CheckHolderSheet(content=content, file_name=file_name))
    return answer(report, 201)


@router.get("/certificate-holders/sheets/{sheet}", response_model=SheetReport)
async def show_sheet(sheet: UUID, request: Request) -> Response:
    """What a file would do, or has done; kept for a day."""
    ask = await ask_of(request)
    report = await ask(GetHolderSheet(sheet=sheet))
    return answer(report)


@router.post("/certificate-holders/sheets/{sheet}", response_model=SheetReport)
async def add_sheet(sheet: UUID, body: SheetChoice, request: Request) -> Response:
    """Adds a file's holders: all, or the good ones; done twice it is done once."""
    ask = await ask_of(request)
    report = await ask(AddHolderSheet(sheet=sheet, good_ones=body.good_ones))
    return answer(report)


@router.get("/certificate-holders/{holder}", response_model=Holder)
async def show(holder: UUID, request: Request) -> Response:
    """One certificate holder."""
    ask = await ask_of(request)
    found = await ask(GetHolder(holder=holder))
    return answer(found)


@router.put("/certificate-holders/{holder}", response_model=Holder)
async def change(holder: UUID, body: HolderFields, request: Request) -> Response:
    """Changes one that waits for the agency; 409 `holder_confirmed` for one that the agency has."""
    ask = await ask_of(request)
    changed = await ask(ChangeHolder(holder=holder, fields=body))
    return answer(changed)


@router.delete("/certificate-holders/{holder}", status_code=204)
async def withdraw(holder: UUID, request: Request) -> Response:
    """Takes back one that waits for the agency."""
    ask = await ask_of(request)
    await ask(WithdrawHolder(holder=holder))
    return Response(status_code=204)


@router.get("/{agency}/accounts/{account}/certificate-holders", response_model=HolderList)
async def show_account(
    agency: str, account: UUID, wanted: Annotated[AccountPage, Query()], request: Request
) -> Response:
    """The holders of an account, those that wait for the agency first."""
    who = await agency_caller(request, agency)
    found = await who.ask(ListAccountHolders(account=account, **wanted.model_dump()))
    return answer(found)


@router.post("/{agency}/certificate-holders/{holder}/confirm", response_model=Holder)
async def confirm(agency: str, holder: UUID, request: Request) -> Response:
    """A waiting holder was entered in the agency's own system by hand."""
    who = await agency_caller(request, agency)
    confirmed = await who.ask(ConfirmHolder(holder=holder))
    return answer(confirmed)
