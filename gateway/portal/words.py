"""Why a step did not succeed, in the visitor's words."""

from contracts.identity.sign_in import CodeOver, CodeWrong, EmailNotFound, SlowDown
from gateway.visit import Visit

TITLES = {refusal.code: refusal.title for refusal in (EmailNotFound, SlowDown, CodeWrong, CodeOver)}


def reason_of(visit: Visit, code: str) -> str:
    """The sentence for a refusal's code; empty for none."""
    return visit.say(TITLES[code]) if code in TITLES else ""
