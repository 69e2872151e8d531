"""Identifiers of our own: UUIDv7 (RFC 9562), which sort by the time they were made."""

import os
import time
from uuid import UUID

NOISE = 10  # random bytes of one
MARKS = 0xF << 76 | 0x3 << 62
VERSION_7 = 0x7 << 76 | 0x2 << 62


def new_id() -> UUID:
    """A UUIDv7: 48 bits of milliseconds, 74 random bits. Not a secret."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """So many at once, in no order among themselves: the system is asked for randomness only once."""
    since = (time.time_ns() // 1_000_000) << 80
    noise = os.urandom(NOISE * count)
    values = (int.from_bytes(noise[at : at + NOISE], "big") for at in range(0, len(noise), NOISE))
    return [UUID(int=(since | value) & ~MARKS | VERSION_7) for value in values]
