"""Password hashes: argon2id in threads of their own, a few at a time, and as much work for nobody as for somebody."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from contracts.kinds import Unavailable

# OWASP's smallest recommendation for argon2id: 19 MiB, two passes, one lane
PASSES, MEMORY, LANES = 2, 19 * 1024, 1
HASHER = PasswordHasher(PASSES, MEMORY, LANES)
AT_ONCE = 2
MOST_WAITING = 40
Answer = TypeVar("Answer")


class Hashing:
    """Hashes and compares passwords without holding up the loop; refuses when too many wait already."""

    def __init__(self) -> None:
        self._hasher = HASHER
        self._room = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys = nobodys(self._hasher)

    async def hash(self, password: str) -> str:
        """The hash to keep, in argon2's encoded form; raises Unavailable."""
        return await self._run(self._hash, password)

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Whether the password is that of the hash; where there is none it takes as long to say no."""
        return await self._run(self._verify, password, kept)

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    async def _run(self, work: Callable[..., Answer], *arguments: str | None) -> Answer:
        if self._waiting >= MOST_WAITING:
            raise Unavailable(retry_after=2)
        self._waiting += 1
        try:
            async with self._room:
                return await asyncio.to_thread(work, *arguments)
        finally:
            self._waiting -= 1

    def _hash(self, password: str) -> str:
        return self._hasher.hash(normal(password))

    def _verify(self, password: str, kept: str | None) -> bool:
        try:
            self._hasher.verify(kept or self._nobodys, normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


@cache
def nobodys(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody has."""
    return hasher.hash(secrets.token_urlsafe())


def normal(password: str) -> str:
    """The password as it counts, however a keyboard composes its letters (NFKC)."""
    return unicodedata.normalize("NFKC", password)
