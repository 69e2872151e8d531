"""What staff read about the feed: what a refusal means and what to do, kinds of events, and what became of them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from contracts.feed_health import SnapshotRun
from contracts.held_removals import HeldState
from contracts.quarantine import CaughtState
from gateway.words import _

LATE = timedelta(hours=24)  # after a snapshot began

# code of a refusal: what is wrong, and what mends it
REFUSALS: dict[str, tuple[str, str]] = {
    "not_json": (
        _("It cannot be read"),
        _("The text is not JSON. Most often it was cut off, or a quotation mark is missing."),
    ),
    "envelope": (
        _("Its envelope is not right"),
        _("Something is wrong with the fields around the data. Your system's vendor can help."),
    ),
    "unknown_type": (
        _("Its type is not known"),
        _("Portico does not know this type of event. Most often the type is misspelled."),
    ),
    "unknown_kind": (
        _("It was sent to the wrong place"),
        _("No events belong where this one was sent. Your system's vendor can help."),
    ),
    "wrong_subject": (
        _("It was sent to the wrong place"),
        _("This type of event belongs elsewhere. Sent again from here it goes to the right place."),
    ),
    "no_order": (
        _("It does not say how new it is"),
        _("An event needs a sequence or a time, so that an older one never replaces a newer one."),
    ),
    "schema": (_("Something in its data is not right"), _("Mend the marked place and send the event again.")),
    "nul": (
        _("It has a character that cannot be kept"),
        _("Take the character NUL (\\u0000) out and send the event again."),
    ),
    "too_large": (
        _("It is too long"),
        _("An event has at most 256 KiB. Your system has to leave out what the portal does not show."),
    ),
    "id_reused": (
        _("Its id was used before"),
        _(
            "An event with this id was accepted before, with something else in it, so one of the two may be wrong. If"
            " this one is right, give it an id of its own and send it again."
        ),
    ),
    "unknown_request": (
        _("It answers a request that is not here"),
        _("The portal has no request with this id. Put the request's own id in the marked place and send it again."),
    ),
    "handler_failed": (
        _("The portal could not apply it"),
        _("This may be a fault of the portal. Please tell its operator; once it is mended, send the event again."),
    ),
    "process_ended": (
        _("The portal could not apply it"),
        _("This may be a fault of the portal. Please tell its operator; once it is mended, send the event again."),
    ),
}
OTHERWISE = (_("It could not be applied"), _("Mend the event and send it again."))

# the word, and how it is painted
STATES: dict[CaughtState, tuple[str, str]] = {
    "waiting": (_("Waiting"), "warn"),
    "sent": (_("Sent again"), "info"),
    "applied": (_("Applied"), "good"),
    "superseded": (_("Newer data was there already"), "good"),
    "repeated": (_("Was applied before"), "good"),
    "refused": (_("Refused again"), "bad"),
    "elsewhere": (_("Sent on as another kind"), "info"),
}

# a kind of event: many of it, and one
KINDS: dict[str, tuple[str, str]] = {
    "account": (_("Accounts"), _("Account")),
    "contact": (_("Contacts"), _("Contact")),
    "carrier": (_("Carriers"), _("Carrier")),
    "policy": (_("Policies"), _("Policy")),
    "receipt": (_("Receipts"), _("Receipt")),
    "certificate": (_("Certificates"), _("Certificate")),
    "certificate-master": (_("Certificate masters"), _("Certificate master")),
    "certificate-holder": (_("Certificate holders"), _("Certificate holder")),
    "document": (_("Documents"), _("Document")),
    "request": (_("Requests"), _("Request")),
    "feed": (_("Signs of life"), _("Sign of life")),
    "snapshot": (_("Full comparisons"), _("Full comparison")),
}
EVENT = _("Event")

FOUND: dict[str, str] = {
    "mended": _("{count} put right: {kind}"),
    "gone": _("{count} removed: {kind}"),
    "kept": _("{count} kept: {kind}"),
}


def refusal(code: str) -> tuple[str, str]:
    """What is wrong, and what mends it."""
    return REFUSALS.get(code, OTHERWISE)


def kind(name: str) -> str:
    """The kind of event, in the trade's words: policy → Policies."""
    return KINDS[name][0] if name in KINDS else name


def single(name: str) -> str:
    """One of a kind: policy → Policy."""
    return KINDS[name][1] if name in KINDS else EVENT


def one_of(event_type: str | None) -> str:
    """What an event is about, by its type: ams.policy.upserted.v1 → Policy."""
    return single(".".join((event_type or "").split(".")[1:2]))


def became(run: SnapshotRun, removals: Collection[HeldState], now: datetime) -> str:
    """What became of a snapshot, of which there are `removals` that are not over; "" where what it found says it."""
    if "held" in removals:
        return _("Held back, because it would have removed too much")
    if removals:
        return _("Being removed")
    if not run.swept_at:
        return _waiting_for(run, late=is_late(run, now))
    if not run.complete:
        return _("It never became complete, and another one took its place")
    return "" if any(run.found.values()) else _("Nothing had to be put right")


def is_late(run: SnapshotRun, now: datetime) -> bool:
    """Whether something of a snapshot is missing that will hardly come by itself."""
    return run.swept_at is None and run.started_at is not None and now - run.started_at > LATE


def _waiting_for(run: SnapshotRun, *, late: bool) -> str:
    if run.counts and late:
        return _(
            "Some of it is missing, so not all was compared. Mend what waits below, or have your system send another."
        )
    if run.counts:
        return _("Not all of it was applied yet")
    if late:
        return _("It never ended, so nothing was compared. Have your system send another.")
    return _("Still arriving")
