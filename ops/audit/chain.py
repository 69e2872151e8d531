"""A chain checked entry by entry: what was changed, taken away, put in or put elsewhere is found and named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from contracts.identity.activities import Link

from .canonical import canonical
from .heads import Head

START = bytes(32).hex()  # what the first entry follows


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, in plain words, and at which entry; 0 where it is at none."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.number} {self.what}" if self.number else self.what


class Check:
    """Goes along a chain, part by part; `heads` are signed heads of it from anywhere."""

    def __init__(self, heads: Iterable[Head] = ()) -> None:
        self.number = 0  # of the last entry so far
        self._last = START  # its hash
        self._heads: dict[int, set[Head]] = {}
        self.add(heads)

    def add(self, heads: Iterable[Head]) -> None:
        """Further signed heads, of entries that are still to come."""
        for head in heads:
            self._heads.setdefault(head.number, set()).add(head)

    def follow(self, links: Iterable[Link]) -> Iterator[Finding]:
        """What is wrong in the next part."""
        for link in links:
            yield from self._place(link)
            if link.hash != digest_of(link):
                yield Finding(link.number, "was changed: what it says does not match its hash")
            elif link.number == self.number + 1 and link.previous != self._last:
                yield Finding(link.number, "does not follow the one before it: one of them was changed or put there")
            self.number, self._last = link.number, link.hash
            for head in sorted(self._heads.pop(link.number, ()), key=lambda one: one.at):
                if head.hash != link.hash:
                    yield Finding(link.number, f"is not the one that was signed at {head.at}: the log was rewritten")

    def _place(self, link: Link) -> Iterator[Finding]:
        if link.number > self.number + 1:
            first, last = self.number + 1, link.number - 1
            yield Finding(first, "is missing" if first == last else f"and all up to {last} are missing")
        elif link.number <= self.number:
            yield Finding(link.number, "stands at the wrong place, or twice")

    def end(self, number: int, digest: str) -> Iterator[Finding]:
        """What is wrong behind the last entry: by the head that the database has, and by signed heads."""
        if number > self.number:
            yield Finding(self.number + 1, f"is missing at the end: the log has had {number} entries")
        elif number < self.number:
            yield Finding(number + 1, "was put in behind the end of the log")
        elif number and digest != self._last:
            yield Finding(number, "is not the one that the log ended with")
        for head in sorted((head for heads in self._heads.values() for head in heads), key=lambda one: one.number):
            if head.number > self.number:
                yield Finding(self.number + 1, f"is missing at the end: the log had {head.number} entries at {head.at}")


def body_of(link: Link) -> dict[str, Any]:
    """What the hash of an entry is over, beside the hash before it."""
    return {
        "agency": str(link.agency),
        "number": link.number,
        "at": link.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "what": link.what,
        "doer": link.doer,
        "account": str(link.account) if link.account else None,
        "contact": str(link.contact) if link.contact else None,
        "facts": link.facts,
    }


def digest_of(link: Link) -> str:
    """The hash that an entry must have, in hex; empty for what can never have been recorded."""
    try:
        return sha256(bytes.fromhex(link.previous) + canonical(body_of(link))).hexdigest()
    except ValueError:
        return ""
