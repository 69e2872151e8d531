"""What only identity has: its settings, the keys that sign and seal, and the key of its codes."""

from dataclasses import dataclass
from typing import cast

from kit.bus import Call
from kit.database import Database
from kit.principal import PrincipalSigner
from kit.sealing import Seal

from .audit.heads import HeadSigner
from .credentials.hashing import Hashing
from .limits.marks import Marks
from .limits.pace import Pace
from .limits.wide_budgets import WideBudgets
from .openid.calls import Calls
from .openid.keys import Keys
from .settings import IdentitySettings
from .sign_in.codes import Codes


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
    wide: WideBudgets
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
        WideBudgets(Database(settings.database_url.get_secret_value(), settings.reader_url.get_secret_value(), pool=1)),
        Pace(),
        Hashing(),
    )


def parts(call: Call) -> Parts:
    """Identity's own parts."""
    return cast(Parts, call.bus.parts)
