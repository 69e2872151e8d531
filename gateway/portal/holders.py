"""Certificate holders: the list, adding one, and changing or taking back one that still waits for the agency."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.kinds import NotFound
from contracts.policy.holders import (
    AddHolder,
    ChangeHolder,
    Holder,
    HolderConfirmed,
    HolderExists,
    HolderFields,
    ListHolders,
    TooManyHolders,
    WithdrawHolder,
)
from gateway import holder_words
from gateway.spreadsheets import spreadsheet
from gateway.views import holders
from gateway.visit import Visit

ADDED = "{name} is on your list and waits for your agency."
CHANGED = "The change is kept. Your agency hears of it."
WITHDRAWN = "{name} is taken back."
NOT_RIGHT = "Please check what is marked."
FILE_NAME = "certificate-holders.csv"
BLANK = dict.fromkeys(HolderFields.model_fields, "")


async def show_list(visit: Visit) -> Response:
    """The account's certificate holders, and how to get a certificate."""
    query = visit.request.query_params
    wanted = ListHolders(q=query.get("q", "").strip()[:80], cursor=query.get("cursor", "")[:400])
    me, found = await holders.list_with_me(visit.ask, wanted)
    further = bool(wanted.cursor)
    return visit.render("certificates.html", me, "certificates", list=found, q=wanted.q, further=further)


async def show_file(visit: Visit) -> Response:
    """The list as a spreadsheet."""
    rows = [[getattr(one, column) for column in BLANK] async for one in holders.every(visit.ask)]
    return spreadsheet(FILE_NAME, holder_words.heading(visit.language), rows)


async def fill_in(visit: Visit) -> Response:
    """The empty form."""
    return await _form(visit, BLANK)


async def add(visit: Visit) -> Response:
    """Adds the holder that was typed."""
    typed = _typed(visit)
    try:
        added = await visit.ask(AddHolder(fields=HolderFields(**typed)))
    except ValidationError as error:
        return await _form(visit, typed, problems=_problems(error))
    except HolderExists as refusal:
        return await _known(visit, typed, refusal, None)
    except TooManyHolders as refusal:
        return await _form(visit, typed, error=visit.say(refusal.title), status_code=429)
    return visit.go("/certificates", notice=visit.say(ADDED, name=added.name))


async def show(visit: Visit) -> Response:
    """One holder: the form where it waits, what is known of it where the agency has it."""
    me, holder = await holders.one_with_me(visit.ask, _holder(visit))
    if holder.standing == "confirmed":
        return visit.render("holder.html", me, "certificates", holder=holder)
    return await _form(visit, holder.model_dump(include=set(BLANK)), holder)


async def change(visit: Visit) -> Response:
    """Changes a holder that waits."""
    typed, wanted = _typed(visit), _holder(visit)
    _, holder = await holders.one_with_me(visit.ask, wanted)
    try:
        await visit.ask(ChangeHolder(holder=wanted, fields=HolderFields(**typed)))
    except ValidationError as error:
        return await _form(visit, typed, holder, problems=_problems(error))
    except HolderExists as refusal:
        return await _known(visit, typed, refusal, holder)
    except HolderConfirmed as refusal:
        return visit.go(f"/certificates/holders/{wanted}", notice=visit.say(refusal.title))
    return visit.go("/certificates", notice=visit.say(CHANGED))


async def withdraw(visit: Visit) -> Response:
    """Takes back a holder that waits."""
    visit.form()
    _, holder = await holders.one_with_me(visit.ask, _holder(visit))
    try:
        await visit.ask(WithdrawHolder(holder=holder.id))
    except HolderConfirmed as refusal:
        return visit.go(f"/certificates/holders/{holder.id}", notice=visit.say(refusal.title))
    return visit.go("/certificates", notice=visit.say(WITHDRAWN, name=holder.name))


def _holder(visit: Visit) -> UUID:
    holder: UUID = visit.request.path_params["holder"]
    return holder


def _typed(visit: Visit) -> dict[str, str]:
    form = visit.form()
    typed = {
        "name": form.get("name", ""),
        "attention": form.get("attention", ""),
        "street": form.get("street", ""),
        "city": form.get("city", ""),
        "state": form.get("state", ""),
        "postal_code": form.get("postal_code", ""),
        "email": form.get("email", ""),
    }
    return {field: text.strip()[:500] for field, text in typed.items()}


def _problems(error: ValidationError) -> dict[str, str]:
    """What is wrong with which field, by the keys of the words for it."""
    found: dict[str, str] = {}
    for problem in error.errors():
        field = str(problem["loc"][0])
        reason = field if field in holder_words.PROBLEMS else "characters"
        if problem["type"] == "string_too_long":
            reason = "too_long"
        elif not str(problem["input"]).strip():
            reason = "missing"
        found.setdefault(field, reason)
    return found


async def _known(visit: Visit, typed: dict[str, str], refusal: HolderExists, holder: Holder | None) -> Response:
    """The form again, with the holder that is there already beside it."""
    try:
        _, twin = await holders.one_with_me(visit.ask, UUID(str(refusal.facts.get("holder"))))
    except (NotFound, ValueError):  # withdrawn meanwhile
        return await _form(visit, typed, holder, error=visit.say(refusal.title))
    return await _form(visit, typed, holder, error=visit.say(refusal.title), twin=twin)


async def _form(
    visit: Visit,
    typed: dict[str, str],
    holder: Holder | None = None,
    *,
    problems: dict[str, str] | None = None,
    error: str = "",
    twin: Holder | None = None,
    status_code: int = 409,
) -> Response:
    values: dict[str, Any] = {"typed": typed, "holder": holder, "twin": twin, "words": holder_words}
    values |= {"problems": problems or {}, "error": visit.say(NOT_RIGHT) if problems else error}
    code = 400 if problems else status_code if error else 200
    return visit.render("holder_form.html", await visit.ask(GetMe()), "certificates", status_code=code, **values)
