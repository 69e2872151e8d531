"""What a comparison has found: counts of what it looked at, and every difference in a sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

MOST = 20  # differences of one sort that are told
Databases = Mapping[str, "asyncpg.Connection[asyncpg.Record]"]  # by service, past row-level security


@dataclass
class Found:
    """Counts by what was counted; `differences` are empty where everything is as the model says."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def differ(self, what: str, more: object) -> None:
        """Notes a difference of this sort."""
        self.counts[f"wrong: {what}"] += 1
        if self.counts[f"wrong: {what}"] <= MOST:
            self.differences.append(f"{what}: {more}")

    def same(self, what: str, there: object, wanted: object) -> None:
        """Notes a difference where there is one."""
        if there != wanted:
            self.differ(what, f"{there} and not {wanted}")
