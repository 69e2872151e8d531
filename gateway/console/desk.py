"""One request for a page of an agency's console: which member of staff it comes from, and how it is answered."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from contracts.identity.second_factors import StaffSignedIn
from contracts.identity.sessions import EndSession
from contracts.identity.staff import GetMyself, Member
from contracts.kinds import Refusal, SignInRequired
from contracts.principal import Kind, Role
from gateway.cookies import Notice
from gateway.parts import Ask, InNameOf, Parts
from gateway.rendering import Page
from gateway.visit import Visit, is_local

SEGMENT = "console"


def _(text: str) -> str:
    """Marks a text for translation and leaves it as it is."""
    return text


ON_A_PHONE = 5  # entries that its bar has room for
# tab, address, icon, name; the second half is for admins
MENU = (
    ("accounts", "/", "policies", _("Accounts")),
    ("requests", "/requests", "claim", _("Requests")),
    ("tasks", "/tasks", "done", _("Tasks")),
)
ADMINS = (
    ("staff", "/staff", "people", _("Staff")),
    ("activity", "/activity", "history", _("Activity")),
    ("feed", "/sync", "switch", _("Sync health")),
    ("settings", "/settings", "settings", _("Settings")),
)


@dataclass(frozen=True)
class DeskPage(Page):
    """What every page of the console knows about itself; `member` is empty before sign-in."""

    member: Member | None = None

    @property
    def root(self) -> str:
        """What every address of this console starts with."""
        return f"/{self.agency.slug}/{SEGMENT}"

    @property
    def menu(self) -> tuple[tuple[str, str, str, str], ...]:
        """What the member may open; services refuse the rest, whoever asks."""
        return (*MENU, *ADMINS) if self.member and self.member.role is Role.ADMIN else MENU

    @property
    def behind(self) -> range:
        """The places in the menu that a phone shows behind *More*: what does not fit into its bar."""
        length = len(self.menu)
        return range(ON_A_PHONE - 1, length) if length > ON_A_PHONE else range(0)

    @property
    def is_behind(self) -> bool:
        """Whether the page that is open is one of those."""
        return any(self.menu[place][0] == self.tab for place in self.behind)


@dataclass
class Desk(Visit):
    """A request to one agency's console; `session` is empty unless it is of this agency's staff."""

    @property
    def root(self) -> str:
        """What every address of this console starts with."""
        return f"/{self.agency.slug}/{SEGMENT}"

    @property
    def ask(self) -> Ask:
        """Asks services in the name of the member of staff; raises SignInRequired where there is none."""
        if self.session is None:
            raise SignInRequired
        return InNameOf(self.parts.asker, self.session)

    @property
    def looks_after_addresses(self) -> bool:
        """Whether the member may decide about shared addresses."""
        return self.session is not None and self.session.role in (Role.ADMIN, Role.AGENT)

    async def show(self, template: str, tab: str = "", /, *, status_code: int = 200, **values: Any) -> Response:
        """A page inside the console, with the member's menu."""
        member = await self.ask(GetMyself())
        return self.draw(template, member, tab, status_code=status_code, **values)

    def draw(
        self, template: str, member: Member | None = None, tab: str = "", /, *, status_code: int = 200, **values: Any
    ) -> Response:
        """The page of a template of the console with its values."""
        jar, seal = self.parts.jar, self.parts.seal
        sealed = self.request.cookies.get(jar.notice, "")
        notice = seal.open("notice", sealed, Notice) if sealed else None
        page = DeskPage(
            agency=self.agency,
            language=self.language,
            path=self.path,
            csrf=seal.mark("form", self._binding),
            tab=tab,
            notice=notice.text if notice else "",
            member=member,
        )
        response = HTMLResponse(self.parts.renderer.render(f"{SEGMENT}/{template}", page, **values), status_code)
        if sealed:
            jar.clear(response, jar.notice)
        return self._finished(response)

    async def come_in(self, signed_in: StaffSignedIn) -> Response:
        """Puts the session into the browser and leads on; nothing that was known before it is carried into it.

        The session that it replaces, of who signs in again, ends.
        """
        if self.session is not None:
            with suppress(Refusal):
                await self.ask(EndSession())
            self.parts.sessions.forget(self.session.sid)
        wanted = self.flow.staff_next if is_local(self.flow.staff_next) else "/"
        self.turn(staff_entry="", staff_passkey="", staff_next="", staff_error="")
        response = self.go(wanted)
        self.parts.jar.put_staff(response, signed_in.token, signed_in.expires_at)
        return response


async def open_desk(parts: Parts, request: Request, slug: str) -> Desk:
    """The desk of a request; raises NotFound for an unknown agency."""
    agency = await parts.agencies.find(slug)
    token = request.cookies.get(parts.jar.staff, "")
    session = await parts.sessions.find(token) if token else None
    if session is not None and (session.agency != agency.id or session.kind is not Kind.STAFF):
        session = None
    return Desk(parts, request, agency, session, token)


def is_console(path: str) -> bool:
    """Whether an address is one of a console."""
    return path.split("/")[2:3] == [SEGMENT]
