"""Whether the activity of an agency is as it was recorded: the chain that the portal has, or one in a file."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.identity.activities import Chain

from .chain import Check, Finding
from .heads import BadHead, Head, Keys
from .source import Source


@dataclass
class Outcome:
    """What was checked and what is wrong; `notes` are worth knowing and prove nothing."""

    slug: str
    entries: int = 0
    heads: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Verification:
    """Checks one chain; `elsewhere` are signed heads that somebody kept outside the database."""

    def __init__(self, slug: str, keys: Keys, elsewhere: Iterable[str]) -> None:
        self.outcome = Outcome(slug)
        self._keys = keys
        self._elsewhere = list(elsewhere)
        self._seen: set[str] = set()
        self._check: Check | None = None
        self._last: Chain | None = None

    def take(self, part: Chain) -> None:
        """The next part of the chain, with the heads that stand beside it."""
        if self._check is None:
            self._check = Check(self._heads(self._elsewhere, str(part.agency)))
        self._check.add(self._heads(part.signed, str(part.agency)))
        self.outcome.findings.extend(self._check.follow(part.links))
        self.outcome.entries += len(part.links)
        self._last = part

    def end(self) -> Outcome:
        """The outcome, once every part was taken."""
        if self._check is not None and self._last is not None:
            self.outcome.findings.extend(self._check.end(self._last.number, self._last.hash))
        return self.outcome

    def _heads(self, signatures: Iterable[str], agency: str) -> list[Head]:
        heads = []
        for signature in signatures:
            if signature in self._seen:
                continue
            self._seen.add(signature)
            try:
                head = self._keys.open(signature)
            except BadHead as bad:
                self.outcome.findings.append(Finding(0, f"a signed head cannot be used: {bad}"))
                continue
            if head.agency != agency:
                continue
            if not head.known:
                self.outcome.notes.append(
                    f"The head at entry {head.number} of {head.at} has a key that is not known here."
                )
            self.outcome.heads += 1
            heads.append(head)
        return heads


async def verify(source: Source, slug: str, keys: Keys, elsewhere: Iterable[str]) -> Outcome:
    """Checks an agency's chain as the portal has it, against the heads that its system was told as well."""
    verification = Verification(slug, keys, [*elsewhere, *await source.told(slug)])
    async for part in source.parts(slug):
        verification.take(part)
    return verification.end()
