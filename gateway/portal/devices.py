"""Remembered devices: kept after a code, and their ID cards without one."""

from contextlib import suppress
from uuid import UUID

from starlette.responses import Response

from contracts.identity.devices import ForgetDevice, RememberDevice
from contracts.kinds import NotFound, Refusal, SignInRequired
from gateway.parts import Ask, InNameOf
from gateway.views import id_cards
from gateway.visit import Visit

FORGOTTEN = "This device is forgotten. Signing in takes a code again, also for ID cards."


async def remember(visit: Visit, response: Response, token: str) -> None:
    """Remembers the browser in the session that has just been opened; where that cannot be, one is signed in anyhow."""
    parts = visit.parts
    session = await parts.sessions.find(token)
    if session is None or session.account is None:
        return
    wanted = RememberDevice(replaces=_kept(visit), browser=visit.browser)
    with suppress(Refusal):
        kept = await InNameOf(parts.asker, session)(wanted)
        parts.jar.put_device(response, kept.token, kept.expires_at)


class Cards:
    """Who asks for ID cards: the session, or without one the remembered device."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._token = ""
        self.device: UUID | None = None

    async def ask(self) -> Ask:
        """Asks in the name of whichever it is; raises SignInRequired where it is neither."""
        visit = self._visit
        if visit.session is not None or visit.view is not None:
            return visit.ask
        found = await visit.parts.sessions.find_device(_kept(visit), visit.browser)
        if found is None or found.session.agency != visit.agency.id:
            raise SignInRequired
        self.device, self._token, self._expires_at = found.session.sid, found.token, found.expires_at
        return InNameOf(visit.parts.asker, found.session)

    def finish(self, response: Response) -> Response:
        """Puts the device's next secret into the browser, where there is one."""
        if self._token:
            self._visit.parts.jar.put_device(response, self._token, self._expires_at)
        return response


async def show_cards(visit: Visit) -> Response:
    """ID cards and nothing else."""
    cards = Cards(visit)
    wanted = id_cards.wanted_of(visit.request.query_params)
    options = await (await cards.ask())(wanted)
    page = visit.render("id_cards_remembered.html", options=options, wanted=wanted, device=cards.device)
    return cards.finish(page)


async def forget(visit: Visit) -> Response:
    """Forgets this browser; also one that identity does not know any more."""
    visit.form()
    cards = Cards(visit)
    with suppress(SignInRequired, NotFound):
        ask = await cards.ask()
        if cards.device is not None:
            await ask(ForgetDevice(device=cards.device, browser=visit.browser))
            visit.parts.sessions.forget(cards.device)
    response = visit.go("/sign-in", notice=visit.say(FORGOTTEN))
    visit.parts.jar.clear(response, visit.parts.jar.device)
    return response


def is_kept(visit: Visit) -> bool:
    """Whether the browser brings something that a remembered device would bring."""
    return bool(_kept(visit))


def _kept(visit: Visit) -> str:
    return visit.request.cookies.get(visit.parts.jar.device, "")[:200]
