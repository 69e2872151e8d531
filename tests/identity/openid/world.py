"""An agency with a client at Google, and people who go there and come back."""

from dataclasses import dataclass
from typing import Any

from contracts.identity.contacts import GetMe, Me
from contracts.identity.openid import (
    FinishGoogleSignIn,
    GoogleSignIn,
    NewOpenidClient,
    OpenidBegun,
    OpenidReturn,
    SetOpenidClient,
    StartGoogleSignIn,
)
from contracts.identity.openid import Provider as Name
from contracts.identity.sessions import ResolveSession, Session, SignedIn
from contracts.identity.settings import ChangeAgency, SettingsChange
from contracts.identity.sign_in import FinishSignIn
from kit.bus import Asker

from ..conftest import SLUG, Identity, account, contact
from .provider import CLIENT, SECRET, Provider

PAT = "pat.rivera.1021@gmail.com"
MOBILE = "+15125550112"


@dataclass
class Google:
    """Identity and the provider that is Google to it."""

    identity: Identity
    provider: Provider

    @property
    def ops(self) -> Asker:
        return Asker(self.identity.ops)

    @property
    def asker(self) -> Asker:
        return self.identity.asker

    async def set_client(self, secret: str = SECRET) -> None:
        client = NewOpenidClient(client_id=CLIENT, secret=secret)  # type: ignore[arg-type]
        await self.ops.ask(SetOpenidClient(agency=SLUG, provider=Name.GOOGLE, client=client))

    async def set_methods(self, **methods: Any) -> None:
        await self.ops.ask(ChangeAgency(agency=SLUG, changes=SettingsChange.model_validate({"sign_in": methods})))

    async def household(self, email: str = PAT, number: int = 1, sequence: int = 1, **more: Any) -> None:
        """An account with a contact, as the AMS tells of them."""
        name = f"Household {number}"
        await self.identity.publish("account", f"A{number}", sequence, account(name, f"100{number}"))
        await self.identity.publish("contact", f"K{number}", sequence, contact(f"A{number}", email, **more))

    async def begin(self, email: str = "") -> OpenidBegun:
        return await self.asker.ask(StartGoogleSignIn(agency=SLUG, email=email))

    async def finish(self, begun: OpenidBegun, state: str, code: str, **more: Any) -> GoogleSignIn:
        returned = OpenidReturn(carried=begun.carried, state=state, code=code, **more)
        return await self.asker.ask(FinishGoogleSignIn(agency=SLUG, returned=returned))

    async def come(self, email: str = PAT, subject: str = "", **claims: Any) -> GoogleSignIn:
        """There and back with an account of Google's."""
        begun = await self.begin()
        return await self.finish(begun, *self.provider.vouch(begun.url, email, subject, **claims))

    async def link(self, email: str = PAT, subject: str = "") -> SignedIn:
        """The first time, with its code."""
        sent = await self.identity.sent()
        answer = await self.come(email, subject)
        assert answer.sign_in is not None
        return await self.enter(answer, await self.identity.newest_code(sent))

    async def enter(self, answer: GoogleSignIn, code: str) -> SignedIn:
        assert answer.sign_in is not None
        return await self.asker.ask(FinishSignIn(agency=SLUG, sign_in=answer.sign_in.sign_in, code=code))

    async def session(self, signed_in: SignedIn) -> Session:
        return await self.asker.ask(ResolveSession(token=signed_in.token))

    async def me(self, signed_in: SignedIn) -> Me:
        return await self.asker.ask(GetMe(), (await self.session(signed_in)).principal)
