"""Where an audit reads from: the bus of the stack on this machine, or the one that the environment names."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from nats.aio.client import Client
from nats.js.errors import NotFoundError
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.identity.activities import Chain, ReadChain
from contracts.identity.agencies import ListAgencies
from contracts.kinds import NotFound, Refusal
from contracts.portal_events import ActivityHeadSigned
from kit.bus import Asker
from kit.settings import PREFIX, SettingsError, load
from ops.bus import connected
from ops.problem import Problem
from ops.running import find_running
from ops.stack.nats import OPS

from .heads import Keys, keys_in, read_heads_in


class AuditSettings(BaseSettings):
    """For a stack in containers: the bus, the password of its user `ops`, and the keys that identity signs with."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    nats_url: str
    ops_password: SecretStr
    principal_keys: str


@dataclass(frozen=True)
class Source:
    """A deployment that is audited: its bus, and the public keys that its heads must be signed with."""

    client: Client
    keys: Keys

    async def agencies(self) -> list[str]:
        """The short names of all agencies."""
        return [agency.slug for agency in (await Asker(self.client).ask(ListAgencies())).items]

    async def parts(self, slug: str) -> AsyncIterator[Chain]:
        """The chain of an agency in its order, part by part; at least one. Raises Problem."""
        after, asker = 0, Asker(self.client)
        while True:
            try:
                part = await asker.ask(ReadChain(agency=slug, after=after), deadline=20)
            except NotFound:
                raise Problem(f"There is no agency {slug!r} here; `./portico agency list` shows all.") from None
            except Refusal as refusal:
                raise Problem(f"The activity of {slug!r} cannot be read: {refusal.title}") from None
            yield part
            if not part.links:
                return
            after = part.links[-1].number

    async def told(self, slug: str) -> list[str]:
        """The signed heads that the agency's system was told and that the bus still has."""
        stream, sequence = self.client.jetstream(timeout=5), 1
        found: list[str] = []
        while True:
            try:
                subject = f"portal.{slug}.{ActivityHeadSigned.what}"
                message = await stream.get_msg("PORTAL", seq=sequence, subject=subject, next=True)
            except NotFoundError:
                return read_heads_in(found)
            found.append((message.data or b"").decode(errors="replace"))
            sequence = (message.seq or 0) + 1


@asynccontextmanager
async def open_source(data: Path) -> AsyncIterator[Source]:
    """The deployment that PORTICO_OPS_PASSWORD belongs to, or the stack that runs on this data folder."""
    if f"{PREFIX}OPS_PASSWORD" in os.environ or f"{PREFIX}SECRETS_DIR" in os.environ:
        try:
            settings = load(AuditSettings)
        except SettingsError as error:
            raise Problem(str(error)) from None
        async with connected(settings.nats_url, OPS, settings.ops_password.get_secret_value()) as client:
            yield Source(client, keys_in(settings.principal_keys))
    else:
        running = find_running(data)
        async with running.bus() as client:
            yield Source(client, Keys(dict(running.secrets.all_public_keys)))
