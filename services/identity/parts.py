"""What only identity has: its settings, the keys that sign and seal, and the key of its codes."""

from dataclasses import dataclass
from typing import cast

from kit.bus import Call
from kit.principal import PrincipalSigner

from .codes import Codes
from .sealing import Seal
from .settings import IdentitySettings


@dataclass(frozen=True)
class Parts:
    """Opened once at start; every handler finds it as `parts(call)`."""

    settings: IdentitySettings
    signer: PrincipalSigner
    codes: Codes
    seal: Seal


def parts_from(settings: IdentitySettings) -> Parts:
    """The parts that these settings describe."""
    return Parts(
        settings,
        PrincipalSigner(settings.signing_key.get_secret_value()),
        Codes(bytes.fromhex(settings.code_key.get_secret_value())),
        Seal(settings.sealing_keys),
    )


def parts(call: Call) -> Parts:
    """Identity's own parts."""
    return cast(Parts, call.bus.parts)
