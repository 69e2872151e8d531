"""Pat, who has an assigned user name: what Pat does, and the links that were mailed."""

from typing import Any

from contracts.identity.passwords import (
    AssignUserName,
    MailPasswordLink,
    PasswordSignIn,
    SetPasswordByCode,
    SetPasswordByLink,
    SignInWithPassword,
    StartPasswordReset,
)
from contracts.identity.sessions import Browser, SignedIn
from contracts.notify import SendPasswordLink
from kit.bus.connection import flush
from tests.stack import eventually

from .conftest import SLUG, Identity, account, contact
from .visitors import as_staff, contact_of

PAT, NAME = "pat.rivera@example.com", "PRivera01"
GOOD, BETTER = "green tractor sings at dawn", "seven quiet umbrellas walk"
HOME, AWAY = Browser(address="203.0.113.7"), Browser(address="198.51.100.9")


class Pat:
    """What Pat does, and the links that were mailed."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.links: list[SendPasswordLink] = []

    @classmethod
    async def with_user_name(cls, identity: Identity) -> "Pat":
        """Pat, to whom the agency has assigned a user name."""
        await identity.publish("account", "A1", 1, account())
        await identity.publish("contact", "K1", 1, contact("A1", PAT))
        pat = cls(identity)
        await identity.ops.subscribe(SendPasswordLink.subject, cb=pat.note)
        await flush(identity.ops)
        await as_staff(identity, AssignUserName(contact=await contact_of(identity, "K1"), user_name=NAME))
        return pat

    async def note(self, message: Any) -> None:
        self.links.append(SendPasswordLink.model_validate_json(message.data))

    async def link(self) -> str:
        """The key of a new link."""
        before = len(self.links)
        await as_staff(self.identity, MailPasswordLink(contact=await contact_of(self.identity, "K1")))
        await eventually(lambda: len(self.links) > before)
        return self.links[-1].key

    async def set_by(self, key: str, password: str = GOOD) -> SignedIn:
        return await self.identity.asker.ask(SetPasswordByLink(agency=SLUG, key=key, password=password, browser=HOME))

    async def with_password(self, password: str = GOOD) -> SignedIn:
        return await self.set_by(await self.link(), password)

    async def enter(self, password: str = GOOD, name: str = NAME, browser: Browser = HOME) -> PasswordSignIn:
        wanted = SignInWithPassword(agency=SLUG, user_name=name, password=password, browser=browser)
        return await self.identity.asker.ask(wanted)

    async def reset(self, name: str = NAME, browser: Browser = HOME) -> str:
        wanted = StartPasswordReset(agency=SLUG, user_name=name, browser=browser)
        return (await self.identity.asker.ask(wanted)).sign_in

    async def set_by_code(self, sign_in: str, code: str, password: str = GOOD) -> SignedIn:
        wanted = SetPasswordByCode(agency=SLUG, sign_in=sign_in, code=code, password=password, browser=HOME)
        return await self.identity.asker.ask(wanted)
