"""What only identity has: its settings, the keys that sign and seal, and the key of its codes."""

from dataclasses import dataclass
from typing import cast

from kit.bus import Call
from kit.principal import PrincipalSigner

from .codes import Codes
from .hashing import Hashing
from .heads import HeadSigner
from .marks import Marks
from .openid_calls import Calls
from .openid_keys import Keys
from .pace import Pace
from .sealing import Seal
from .settings import IdentitySettings


@dataclass(frozen=True)
class Parts:
    """Opened once at start; every handler finds it as `parts(call)`."""

    settings: IdentitySettings
    signer: PrincipalSigner
    codes: Codes
    seal: Seal
    heads: HeadSigner
    calls: Calls
    keys: Keys
    marks: Marks
    pace: Pace
    hashing: Hashing


def parts_from(settings: IdentitySettings) -> Parts:
    """The parts that these settings describe."""
    calls = Calls()
    return Parts(
        settings,
        PrincipalSigner(settings.signing_key.get_secret_value()),
        Codes(settings.code_keys),
        Seal(settings.sealing_keys),
        HeadSigner(
            settings.signing_key.get_secret_value(), settings.activity_heads_every, settings.activity_heads_folder
        ),
        calls,
        Keys(calls),
        Marks(settings.code_keys[0]),
        Pace(),
        Hashing(),
    )


def parts(call: Call) -> Parts:
    """Identity's own parts."""
    return cast(Parts, call.bus.parts)
