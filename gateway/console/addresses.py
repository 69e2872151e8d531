"""Shared addresses: e-mail addresses on so many accounts that somebody has to look before they open any."""

from starlette.responses import Response

from contracts.identity.shared_addresses import AllowSharedAddress, ListSharedAddresses

from .desk import Desk

ALLOWED = "{email} opens all of its accounts from now on."
STOPPED = "{email} opens none of its accounts any more."


async def show(desk: Desk) -> Response:
    """Those that wait first."""
    found = await desk.ask(ListSharedAddresses())
    return await desk.show("addresses.html", "accounts", addresses=found.items, more=found.more)


async def decide(desk: Desk) -> Response:
    """Lets an address open its accounts, or ends that."""
    form = desk.form()
    allowed = form.get("allowed") == "yes"
    wanted = AllowSharedAddress(email=form.get("email", "")[:254], allowed=allowed, browser=desk.browser)
    decided = await desk.ask(wanted)
    said = desk.say(ALLOWED, email=decided.email) if allowed else desk.say(STOPPED, email=decided.email)
    return desk.go("/addresses", notice=said)
