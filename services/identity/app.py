"""Identity's wiring: its settings, its keys, its handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.principal import PrincipalSigner
from kit.process import Process

from .codes import Codes
from .handlers import Parts, service
from .settings import IdentitySettings


@asynccontextmanager
async def open_parts(settings: IdentitySettings) -> AsyncIterator[Parts]:
    """The signer of principals and the maker of codes."""
    yield Parts(
        PrincipalSigner(settings.signing_key.get_secret_value()),
        Codes(bytes.fromhex(settings.code_key.get_secret_value())),
    )


PROCESS = Process(IdentitySettings, service, open_parts)
