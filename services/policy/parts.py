"""What only policy has: the key of its webhooks' secrets, and what sends them."""

from dataclasses import dataclass
from typing import cast

from kit.bus import Call
from kit.sealing import Seal, keys_of

from .settings import PolicySettings
from .webhooks.posting import Poster
from .webhooks.sending import Sender


@dataclass(frozen=True)
class Parts:
    """Opened once at start; every handler finds it as `parts(call)`."""

    seal: Seal
    poster: Poster
    sender: Sender


def parts_from(settings: PolicySettings, poster: Poster | None = None) -> Parts:
    """The parts that these settings describe."""
    seal = Seal(keys_of(settings.sealing_key.get_secret_value()))
    used = poster or Poster(loopback=settings.webhooks_to_loopback)
    return Parts(seal, used, Sender(seal, used))


def parts(call: Call) -> Parts:
    """Policy's own parts."""
    return cast(Parts, call.bus.parts)
