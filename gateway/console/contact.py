"""A contact's page: how it signs in, as far as the agency has a say, what can be sent to it, and what was."""

from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.documents.id_cards import ListContactIdCards
from contracts.identity.accounts import AccountRecord, ContactRecord, GetAccount
from contracts.identity.passkeys import EndPasskeys, ExcuseFromPasskey, GetPasskeyState
from contracts.identity.passwords import (
    AssignUserName,
    GetUserName,
    MailPasswordLink,
    MakeFirstPassword,
    NoAccess,
    RemoveUserName,
    UserNameState,
    UserNameTaken,
)
from contracts.identity.sign_in import SlowDown
from contracts.kinds import Broken, NotFound, Refusal, Unavailable
from contracts.notify import ListDeliveries
from gateway.views import id_cards
from gateway.views.together import together

from . import delivery_words
from .desk import Desk
from .words import reason_of

Found = TypeVar("Found")

ASSIGNED = "The user name is {user_name}."
NOT_A_NAME = "A user name has 3 to 64 letters, digits, dots, dashes or underscores, and no spaces."
LINK_SENT = "A link to set the password is on its way. It is good once, for 72 hours."
NAME_REMOVED = "The user name and the password are gone."
PASSKEYS_ENDED = "All passkeys of this contact are gone."
EXCUSED = "This contact may sign in without a passkey."
NOT_EXCUSED = "This contact needs a passkey, as everyone does."


async def show(desk: Desk) -> Response:
    """What there is, and what can be done."""
    return await page(desk)


async def assign(desk: Desk) -> Response:
    """Gives the contact a user name."""
    typed = desk.form().get("user_name", "")[:64]
    try:
        wanted = AssignUserName(contact=await on_account(desk), user_name=typed, browser=desk.browser)
    except ValidationError:
        return await page(desk, user_name_error=desk.say(NOT_A_NAME), typed=typed)
    try:
        assigned = await desk.ask(wanted)
    except UserNameTaken as refusal:
        return await page(desk, user_name_error=reason_of(desk, refusal.code), typed=typed)
    return back(desk, desk.say(ASSIGNED, user_name=assigned.user_name))


async def mail_link(desk: Desk) -> Response:
    """Lets the contact set a password."""
    desk.form()
    try:
        await desk.ask(MailPasswordLink(contact=await on_account(desk), browser=desk.browser))
    except (NoAccess, SlowDown) as refusal:
        return await _refused(desk, refusal)
    return back(desk, desk.say(LINK_SENT))


async def print_first(desk: Desk) -> Response:
    """A password to be printed, on a page that is shown once."""
    desk.form()
    account, contact = await _find(desk)
    try:
        first = await desk.ask(MakeFirstPassword(contact=contact.id, browser=desk.browser))
    except NoAccess as refusal:
        return await _refused(desk, refusal)
    site = f"{desk.parts.settings.public_url}/{desk.agency.slug}/"
    values: dict[str, Any] = {"account": account, "contact": contact, "first": first, "site": site}
    return await desk.show("first_password.html", "accounts", status_code=200, **values)


async def remove_name(desk: Desk) -> Response:
    """Takes user name and password away."""
    desk.form()
    await desk.ask(RemoveUserName(contact=await on_account(desk), browser=desk.browser))
    return back(desk, desk.say(NAME_REMOVED))


async def end_passkeys(desk: Desk) -> Response:
    """For a contact who has lost the devices."""
    desk.form()
    await desk.ask(EndPasskeys(contact=await on_account(desk), browser=desk.browser))
    return back(desk, desk.say(PASSKEYS_ENDED))


async def excuse(desk: Desk) -> Response:
    """Lets a contact do without a passkey, or no longer."""
    excused = desk.form().get("excused") == "yes"
    await desk.ask(ExcuseFromPasskey(contact=await on_account(desk), excused=excused, browser=desk.browser))
    return back(desk, desk.say(EXCUSED) if excused else desk.say(NOT_EXCUSED))


async def page(desk: Desk, error: str = "", typed: str = "", user_name_error: str = "") -> Response:
    """The contact's page; what another service does not tell right now is left out, and the page says so."""
    account, contact = await _find(desk)
    search = id_cards.wanted_of(desk.request.query_params)
    (credentials, passkeys), (cards, deliveries) = await together(
        together(_credentials(desk, contact.id), desk.ask(GetPasskeyState(contact=contact.id))),
        together(
            _if_there(desk.ask(ListContactIdCards(contact=contact.id, **search.model_dump()))),
            _if_there(desk.ask(ListDeliveries(contact=contact.id))),
        ),
    )
    values: dict[str, Any] = {"account": account, "contact": contact, "error": error, "typed": typed}
    values |= {"credentials": credentials, "passkeys": passkeys, "cards": cards, "deliveries": deliveries}
    values |= {"user_name_error": user_name_error, "words": delivery_words, "search": search}
    refused = error or user_name_error
    return await desk.show("contact.html", "accounts", status_code=409 if refused else 200, **values)


async def _refused(desk: Desk, refusal: Refusal) -> Response:
    return await page(desk, error=reason_of(desk, refusal.code))


async def _if_there(asked: Coroutine[Any, Any, Found]) -> Found | None:
    """The answer; nothing while the service that has it is away."""
    try:
        return await asked
    except (Unavailable, Broken):
        return None


async def _credentials(desk: Desk, contact: UUID) -> UserNameState | None:
    try:
        return await desk.ask(GetUserName(contact=contact))
    except NotFound:
        return None


async def _find(desk: Desk) -> tuple[AccountRecord, ContactRecord]:
    account = await desk.ask(GetAccount(account=desk.request.path_params["account"]))
    contact = next((one for one in account.contacts if one.id == _contact(desk)), None)
    if contact is None:
        raise NotFound
    return account, contact


async def on_account(desk: Desk) -> UUID:
    """The contact of the address, if it is one of the account that the address names."""
    return (await _find(desk))[1].id


def _contact(desk: Desk) -> UUID:
    contact: UUID = desk.request.path_params["contact"]
    return contact


def back(desk: Desk, notice: str) -> Response:
    """To the contact's page, which says what was done."""
    params = desk.request.path_params
    return desk.go(f"/accounts/{params['account']}/contacts/{params['contact']}", notice=notice)
