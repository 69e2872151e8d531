"""The agency's clients at Google and Microsoft: with whom its people sign in, and who of them."""

from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.openid import Audience, ChangeOpenidClient, ListOpenidClients, NewOpenidClient, Provider
from contracts.kinds import BadRequest, NotFound
from gateway.words import _

from .desk import Desk

HERE = "/settings/openid"
SAVED = "Saved. It counts from now on."
REMOVED = "Removed. Nobody signs in there any more."
NEEDS_TENANT = _(
    "Microsoft needs the directory (tenant) id of your organization, such as 1b2c3d4e-0000-4000-8000-000000000000."
)
WITHOUT_SECRET = _("A new client needs its own secret.")
NEEDS_SOMEBODY = "Please choose at least who it lets in, or remove it."
NOT_RIGHT = _("Please check the client id and the secret.")


async def show(desk: Desk) -> Response:
    """What is registered where, without the secrets."""
    return await _page(desk)


async def change(desk: Desk) -> Response:
    """Sets the client at a provider; with an empty secret the one that is there stays."""
    form = desk.form()
    provider = _provider(desk)
    typed = {
        "client_id": form.get("client_id", "").strip()[:200],
        "tenant": form.get("tenant", "").strip().lower()[:80],
    }
    lets_in = [audience for audience in Audience if form.get(audience.value) == "yes"]
    if provider is Provider.MICROSOFT:
        lets_in = [Audience.STAFF]
    shown = {**typed, "lets_in": lets_in}
    if not lets_in:
        return await _page(desk, provider, desk.say(NEEDS_SOMEBODY), "lets_in", shown)
    try:
        new = NewOpenidClient(**typed, secret=form.get("secret", "").strip() or None, lets_in=tuple(lets_in))
        wanted = ChangeOpenidClient(provider=provider, client=new, browser=desk.browser)
    except ValidationError as error:
        wrong = {str(place) for problem in error.errors() for place in problem["loc"]}
        tenant = "tenant" in wrong
        return await _page(desk, provider, desk.say(NEEDS_TENANT if tenant else NOT_RIGHT), min(wrong), shown)
    try:
        await desk.ask(wanted)
    except BadRequest as refusal:
        field = str(refusal.facts.get("pointer", "")).rpartition("/")[2]
        why = {"tenant": NEEDS_TENANT, "secret": WITHOUT_SECRET}.get(field, NOT_RIGHT)
        return await _page(desk, provider, desk.say(why), field, shown)
    return desk.go(HERE, notice=desk.say(SAVED))


async def remove(desk: Desk) -> Response:
    """Takes a client away: whoever is on the way there starts again elsewhere."""
    desk.form()
    await desk.ask(ChangeOpenidClient(provider=_provider(desk), client=None, browser=desk.browser))
    return desk.go(HERE, notice=desk.say(REMOVED))


async def _page(
    desk: Desk, provider: Provider | None = None, error: str = "", wrong: str = "", typed: dict[str, Any] | None = None
) -> Response:
    clients = await desk.ask(ListOpenidClients())
    known = {client.provider: client for client in clients.items}
    values: dict[str, Any] = {"providers": list(Provider), "known": known, "return_address": clients.return_address}
    values |= {"refused": provider, "error": error, "wrong": wrong, "typed": typed or {}}
    return await desk.show("openid.html", "settings", status_code=409 if error else 200, **values)


def _provider(desk: Desk) -> Provider:
    try:
        return Provider(desk.request.path_params["provider"])
    except ValueError:
        raise NotFound from None
