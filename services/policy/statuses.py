"""The AMS's words for a policy's status, mapped to the trade's."""

from contracts.ams import PolicyStatus

WORDS = {
    "active": PolicyStatus.ACTIVE,
    "inforce": PolicyStatus.ACTIVE,
    "pendingcancel": PolicyStatus.PENDING_CANCELLATION,
    "pendingcancellation": PolicyStatus.PENDING_CANCELLATION,
    "cancelled": PolicyStatus.CANCELLED,
    "canceled": PolicyStatus.CANCELLED,
    "expired": PolicyStatus.EXPIRED,
    "renewing": PolicyStatus.RENEWING,
    "renewed": PolicyStatus.RENEWED,
    "reinstated": PolicyStatus.REINSTATED,
    "replaced": PolicyStatus.REPLACED,
    "nonrenewal": PolicyStatus.NON_RENEWED,
    "nonrenewed": PolicyStatus.NON_RENEWED,
    "rewritten": PolicyStatus.REWRITTEN,
}

# cover runs until the term or a cancellation ends it
IN_FORCE = frozenset(
    {
        PolicyStatus.ACTIVE,
        PolicyStatus.PENDING_CANCELLATION,
        PolicyStatus.RENEWING,
        PolicyStatus.RENEWED,
        PolicyStatus.REINSTATED,
        PolicyStatus.NON_RENEWED,
    }
)
# cover ended: on the day that the AMS names, or, where it names none, we never claim that there was any
ENDED = frozenset({PolicyStatus.CANCELLED, PolicyStatus.EXPIRED, PolicyStatus.REPLACED, PolicyStatus.REWRITTEN})


# another term is to be expected after this one
RENEWS = frozenset({PolicyStatus.ACTIVE, PolicyStatus.RENEWING, PolicyStatus.RENEWED, PolicyStatus.REINSTATED})
# a notice of cancellation turns these into a pending cancellation; what has ended stays ended
STANDING = IN_FORCE - {PolicyStatus.PENDING_CANCELLATION}


def status_of(word: str) -> PolicyStatus:
    """Our status for the AMS's word; a word that we do not know is `unknown` and never counts as in force."""
    return WORDS.get("".join(letter for letter in word.lower() if letter.isalnum()), PolicyStatus.UNKNOWN)


def standing_of(word: str, *, notice: bool) -> PolicyStatus:
    """The same, where a notice of cancellation may have come beside a word that does not tell it."""
    status = status_of(word)
    return PolicyStatus.PENDING_CANCELLATION if notice and status in STANDING else status
