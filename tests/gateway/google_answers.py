"""Google, as identity answers for it: a way there, and what it says of whoever comes back."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.identity.openid import (
    EndGoogleLink,
    FinishGoogleSignIn,
    GoogleLink,
    GoogleLinks,
    GoogleSignIn,
    ListGoogleLinks,
    OpenidBegun,
    OpenidOver,
    StartGoogleSignIn,
)
from contracts.identity.passkeys import ListPasskeys, Passkeys
from contracts.identity.passwords import GetOwnUserName, OwnUserName
from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import SignInStarted
from contracts.kinds import NotFound, Nothing
from kit.bus import Call, Service

from . import portal_samples as samples

if TYPE_CHECKING:
    from .services import World

THERE = "https://accounts.example/authorize?state=of-this-browser"
CARRIED, STATE = "secret-of-the-way", "of-this-browser"
KNOWN, FIRST_TIME = "code-of-a-known-account", "code-of-a-new-account"
LINK = GoogleLink(
    id=UUID(int=77),
    email="pat.rivera.1021@gmail.com",
    made_at=datetime(2026, 11, 2, 15, 0, tzinfo=UTC),
    used_at=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
)


def add_google(service: Service, world: "World") -> None:
    """Lets a service answer for Google too."""

    @service.answers(StartGoogleSignIn)
    async def start(request: StartGoogleSignIn, call: Call) -> OpenidBegun:
        world.note(request, call)
        return OpenidBegun(url=THERE, carried=CARRIED)

    @service.answers(FinishGoogleSignIn)
    async def finish(request: FinishGoogleSignIn, call: Call) -> GoogleSignIn:
        world.note(request, call)
        if (request.returned.carried, request.returned.state) != (CARRIED, STATE):
            raise OpenidOver
        if request.returned.code == KNOWN:
            until = datetime.now(UTC) + timedelta(hours=12)
            accounts = samples.ACCOUNTS[:1]
            return GoogleSignIn(
                signed_in=SignedIn(next="home", accounts=accounts, token=world.sign_in(), expires_at=until)
            )
        by_email = samples.CHANNELS[:1]
        started = SignInStarted(
            sign_in="secret-of-the-sign-in", next="code", channels=by_email, sent_to=by_email[0].masked
        )
        return GoogleSignIn(sign_in=started)

    @service.answers(ListGoogleLinks)
    async def listed(request: ListGoogleLinks, call: Call) -> GoogleLinks:
        world.note(request, call)
        return GoogleLinks(items=[LINK])

    @service.answers(EndGoogleLink)
    async def end(request: EndGoogleLink, call: Call) -> Nothing:
        world.note(request, call)
        if request.link != LINK.id:
            raise NotFound
        return Nothing()

    # the other ways in that the same page shows, unless somebody answers for them already
    if ListPasskeys not in service.answered:

        @service.answers(ListPasskeys)
        async def passkeys(request: ListPasskeys, call: Call) -> Passkeys:
            world.note(request, call)
            return Passkeys(items=[], may_add=True)

    if GetOwnUserName not in service.answered:

        @service.answers(GetOwnUserName)
        async def user_name(request: GetOwnUserName, call: Call) -> OwnUserName:
            world.note(request, call)
            return OwnUserName(user_name="", set_at=None)
