"""One request for a page of an agency's portal: whose it is, in which language, and how it is answered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from contracts.identity.agencies import Agency, Language
from contracts.identity.contacts import Me
from contracts.identity.sessions import Browser, Session
from contracts.kinds import PortalClosed, SignInRequired

from . import language
from .addresses import root_of, view_in
from .browser import browser_of
from .cookies import FLOW_LIFETIME, NOTICE_LIFETIME, Flow, Notice
from .parts import Ask, InNameOf, Parts
from .refusals import FormRefused, WrongType
from .rendering import Look, Page, translate
from .uploads import Upload, read_upload

FORM = "application/x-www-form-urlencoded"
FIELDS = 50


@dataclass
class Visit:
    """A request to one agency's portal; `session` is empty unless it is a session of this agency.

    `view` is the impersonation in whose read-only view the page lies; there `session` is that view's or empty.
    """

    parts: Parts
    request: Request
    agency: Agency
    session: Session | None
    token: str
    view: UUID | None = None
    flow_changed: bool = field(default=False)

    @cached_property
    def language(self) -> Language:
        """The language of the answer."""
        headers, cookies, jar = self.request.headers, self.request.cookies, self.parts.jar
        chosen = cookies.get(jar.view_language if self.view else jar.language, "")
        return language.choose(chosen, self.session, headers.get("accept-language", ""), self.agency)

    @cached_property
    def flow(self) -> Flow:
        """The browser's way through sign-in; a new one where there is none yet."""
        sealed = self.request.cookies.get(self.parts.jar.flow, "")
        flow = self.parts.seal.open("flow", sealed, Flow) if sealed else None
        if flow is not None and flow.agency == self.agency.slug:
            return flow
        self.flow_changed = True
        return Flow(id=secrets.token_urlsafe(16), agency=self.agency.slug)

    def turn(self, **changes: Any) -> None:
        """Notes a step of the sign-in; everything else about it stays."""
        self.flow = self.flow.model_copy(update=changes)
        self.flow_changed = True

    @property
    def root(self) -> str:
        """What every address of this portal, or of this view of it, starts with."""
        return root_of(self.agency.slug, self.view)

    @property
    def browser(self) -> Browser:
        """Where the visitor comes from."""
        return browser_of(self.request, self.parts.settings.proxies)

    @property
    def ask(self) -> Ask:
        """Asks services in the name of the session; raises SignInRequired where there is none with an account."""
        if self.session is None or self.session.account is None:
            raise SignInRequired
        return InNameOf(self.parts.asker, self.session)

    @property
    def path(self) -> str:
        """The address without its root, as a page links back to itself; Home where nothing can be opened again."""
        if self.request.method not in ("GET", "HEAD"):
            return "/"
        query = self.request.scope["query_string"].decode("latin-1")
        return self.own_path + (f"?{query}" if query else "")

    @property
    def own_path(self) -> str:
        """The address without its root and query, whatever is sent to it."""
        return quote(self.request.scope["path"].removeprefix(self.root) or "/")

    @property
    def _binding(self) -> str:
        if self.view is not None and self.session is None:
            return str(self.view)  # before it is open
        return self.token or self.flow.id

    def form(self) -> Mapping[str, str]:
        """The fields of the form that was sent; raises FormRefused when it is not one of our own forms."""
        self.parts.origins.check(self.request.headers)
        if self.request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise WrongType
        body: bytes = self.request.scope["portico.body"]
        try:
            fields = dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=FIELDS))
        except ValueError:
            raise FormRefused from None
        if not self.parts.seal.is_mark(fields.get("csrf", ""), "form", self._binding):
            raise FormRefused
        return fields

    async def upload(self) -> Upload:
        """The fields and the file of a form that was sent; raises FormRefused when it is not one of our own forms."""
        self.parts.origins.check(self.request.headers)
        sent = await read_upload(self.request)
        if not self.parts.seal.is_mark(sent.fields.get("csrf", ""), "form", self._binding):
            raise FormRefused
        return sent

    def render(
        self, template: str, me: Me | None = None, tab: str = "", /, *, status_code: int = 200, **values: Any
    ) -> Response:
        """The page of a template with its values; `me` is whose menu it shows, `tab` what is open in it."""
        # what the person's own portal has to say is not for a view in another tab
        sealed = "" if self.view else self.request.cookies.get(self.parts.jar.notice, "")
        notice = self.parts.seal.open("notice", sealed, Notice) if sealed else None
        page = Page(
            agency=self.agency,
            language=self.language,
            path=self.path,
            csrf=self.parts.seal.mark("form", self._binding),
            me=me,
            tab=tab,
            notice=notice.text if notice else "",
            view=self._look(),
        )
        response = HTMLResponse(self.parts.renderer.render(template, page, **values), status_code)
        if sealed:
            self.parts.jar.clear(response, self.parts.jar.notice)
        return self._finished(response)

    def go(self, path: str, notice: str = "") -> Response:
        """Leads on to a page of this portal, by GET; `notice` is what it will say has been done."""
        response = RedirectResponse(f"{self.root}{path}", 303)
        if notice:
            sealed = self.parts.seal.close("notice", Notice(text=notice), NOTICE_LIFETIME)
            self.parts.jar.put(response, self.parts.jar.notice, sealed, NOTICE_LIFETIME)
        return self._finished(response)

    def leave(self, url: str) -> Response:
        """Leads away to another site, by GET; the step that was noted stays in the browser."""
        return self._finished(RedirectResponse(url, 303))

    def tell(self, content: dict[str, Any]) -> Response:
        """Answers a module of one of our own pages; the step that was noted stays in the browser."""
        return self._finished(JSONResponse(content))

    def say(self, text: str, **values: str) -> str:
        """A sentence in the visitor's language."""
        return translate(text, self.language).format(**values)

    def _look(self) -> Look | None:
        if self.view is None:
            return None
        actor = self.session.actor if self.session else None
        return Look(self.view, actor.name if actor else "", self.session.until if self.session else None)

    def _finished(self, response: Response) -> Response:
        if self.flow_changed:
            sealed = self.parts.seal.close("flow", self.flow, FLOW_LIFETIME)
            self.parts.jar.put(response, self.parts.jar.flow, sealed, FLOW_LIFETIME)
        return response


async def open_visit(parts: Parts, request: Request, slug: str) -> Visit:
    """The visit of a request; raises NotFound for an unknown agency."""
    agency = await parts.agencies.find(slug)
    view = view_in(request.scope["path"])
    token = request.cookies.get(parts.jar.view if view else parts.jar.session, "")
    try:
        session = await parts.sessions.find(token) if token else None
    except PortalClosed:  # of this agency, whose pages say so themselves, or of another one
        session = None
    if session is not None and (session.agency, session.view, session.read_only) != (agency.id, view, view is not None):
        session = None  # signed in elsewhere is not signed in here
    return Visit(parts, request, agency, session, token, view)


def is_local(path: str) -> bool:
    """Whether a path leads to a page of the portal and nowhere else."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
