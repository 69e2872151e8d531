"""The public keys of OpenID Connect providers: kept for an hour, looked up again for one that is not known."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from contracts.identity.openid import OpenidAway, OpenidRefused

from .calls import Calls

FRESH = 3600.0  # seconds: a key that the provider has withdrawn is not believed for longer
USABLE = 24 * 3600.0  # while the provider's keys cannot be had
PAUSE = 60.0  # between two look-ups for a key that is not there, whoever asks for it
RETRY = 5.0  # between two look-ups while the provider does not answer
MOST_SETS = 1000  # one for each Microsoft organization
MOST_KEYS = 50
LEAST_BITS = 2048


@dataclass
class KeySet:
    """The keys at one address by their ids, and when they were had and asked for (seconds of the process's clock)."""

    keys: dict[str, RSAKey] = field(default_factory=dict)
    had_at: float = float("-inf")
    asked_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def key(self, kid: str | None) -> RSAKey | None:
        """The key with this id; without one the only key."""
        if kid is None:
            return next(iter(self.keys.values())) if len(self.keys) == 1 else None
        return self.keys.get(kid)


class Keys:
    """Finds keys at the addresses that settings fix."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._sets: OrderedDict[str, KeySet] = OrderedDict()

    async def find(self, url: str, kid: str | None) -> RSAKey:
        """The key with this id, or the only one for a token that names none.

        Raises OpenidRefused where there is none, OpenidAway where that cannot be known.
        """
        known = self._sets.setdefault(url, KeySet())
        self._sets.move_to_end(url)
        if len(self._sets) > MOST_SETS:
            self._sets.popitem(last=False)
        async with known.lock:
            now = time.monotonic()
            stale = now - known.had_at > FRESH
            if (stale or known.key(kid) is None) and now - known.asked_at > (RETRY if stale else PAUSE):
                known.asked_at = now
                await self._renew(url, known, now)
            if now - known.had_at > USABLE:
                raise OpenidAway(retry_after=int(RETRY))
            key = known.key(kid)
        if key is None:
            raise OpenidRefused
        return key

    async def _renew(self, url: str, known: KeySet, now: float) -> None:
        try:
            answer = await self._calls.get(url)
        except OpenidAway:
            return  # those that are known go on for a while
        found = answer.get("keys")
        known.keys = dict(filter(None, map(_signing, found[:MOST_KEYS]))) if isinstance(found, list) else {}
        known.had_at = now


def _signing(jwk: object) -> tuple[str, RSAKey] | None:
    """A key with its id if it signs with RS256; nothing for any other."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA":
        return None
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    try:
        key = RSAKey.import_key({name: str(jwk[name]) for name in ("kty", "n", "e")})
        return (str(jwk.get("kid", "")), key) if key.public_key.key_size >= LEAST_BITS else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
