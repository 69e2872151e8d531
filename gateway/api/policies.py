"""The policies as JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from contracts.policy.payments import ListPayments, PaymentList
from contracts.policy.policies import GetPolicy, ListPolicies, Policy, PolicyList, PolicySearch
from gateway.line_search import lines_named, names_to_sort_by

from .answers import PREFIX, PROBLEMS, answer
from .caller import ask_of, caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["policies"])


@router.get("/policies", response_model=PolicyList)
async def show_list(wanted: Annotated[PolicySearch, Query()], request: Request) -> Response:
    """The account's policies, searched, filtered and sorted; `cursor` continues a list.

    `q` also finds lines of business by their names in English and Spanish, unless `q_lines` names them; `sort=line`
    sorts by their names in the language of the session.
    """
    who = await caller(request)
    told = wanted.model_dump() | {"q_lines": wanted.q_lines or lines_named(wanted.q)}
    names = names_to_sort_by(who.session.language) if wanted.sort == "line" else {}
    found = await who.ask(ListPolicies(**told, line_names=names))
    return answer(found)


@router.get("/policies/{policy}", response_model=Policy)
async def show(policy: UUID, request: Request) -> Response:
    """One policy with everything that is known of it."""
    ask = await ask_of(request)
    found = await ask(GetPolicy(policy=policy))
    return answer(found)


@router.get("/payments", response_model=PaymentList)
async def show_payments(wanted: Annotated[ListPayments, Query()], request: Request) -> Response:
    """The account's payments, newest first, or those for one policy; `cursor` continues a list."""
    ask = await ask_of(request)
    found = await ask(wanted)
    return answer(found)
