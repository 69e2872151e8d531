"""Removals that are held back: a complete snapshot would take away most of a kind, and an admin decides.

A snapshot's sweep of a kind is held back when it would remove at least FEWEST entities, and more than LARGEST_SHARE of
those that were there when the snapshot began; of a small book already when it would remove all, FEWEST_OF_ALL or more.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from .agency_requests import AdminRequest, StaffRequest
from .identity.sessions import Browser
from .kinds import Job, Model, Refusal
from .portal_events import HeldKind

LARGEST_SHARE = 0.5  # of a kind, that a sweep may remove without asking
FEWEST = 20  # entities: a sweep of fewer is held back only where nothing would be left
FEWEST_OF_ALL = 5  # entities: a sweep of fewer is never held back

HeldState = Literal["held", "removing", "removed", "kept", "overtaken"]


class DecidedOtherwise(Refusal):
    """Somebody decided otherwise, or a newer snapshot was complete; facts: `state`, as of HeldRemoval."""

    code, status = "decided_otherwise", 409
    title = "This was decided otherwise meanwhile, or a newer full comparison has settled it."


class HeldRemoval(HeldKind):
    """What a snapshot did not name of a kind: `going` of `there` entities.

    `there` are those that were there when it began (`began_at`). While it is `held` or `removing`, `going` is counted
    anew: whatever was named or heard of since stays. `removed` is how many are gone so far, by its being carried out.
    A removal of many, about which nobody has to decide, is `removing` from the beginning.
    """

    id: UUID
    snapshot: str
    began_at: datetime
    held_at: datetime
    state: HeldState
    removed: int


class HeldRemovals(Model):
    """Those about which nobody has decided yet, or that are being carried out; by kind."""

    items: list[HeldRemoval]


class ListHeld(StaffRequest[HeldRemovals], reads=True):
    """What is held back of the agency's."""


class DecideHeld(AdminRequest[HeldRemoval], refusals=(DecidedOtherwise,)):
    """Carries a held removal out, or forgets it; the same once more is answered the same."""

    held: UUID
    remove: bool
    browser: Browser = Browser()


class CarryOut(Job):
    """Removes a part of what an admin wants removed, or of what is too much for one transaction.

    Left by the service for itself, and again as long as there is more.
    """

    held: UUID
