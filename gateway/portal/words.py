"""Why a step did not succeed, in the visitor's words."""

import math

from contracts.identity.openid import GoogleAccountNotFound, OpenidAway, OpenidOver, OpenidRefused
from contracts.identity.passkeys import PasskeyNeeded, PasskeyRefused, SignInAgain, TooManyPasskeys
from contracts.identity.passwords import PasswordWeak, PasswordWrong, TriesSpent
from contracts.identity.sign_in import CodeOver, CodeWrong, EmailNotFound, SlowDown
from contracts.kinds import Broken, Unavailable
from gateway.visit import Visit
from gateway.words import _

OF_PASSWORDS = (PasswordWrong, PasswordWeak, TriesSpent)
OF_PASSKEYS = (PasskeyRefused, SignInAgain, PasskeyNeeded, TooManyPasskeys)
OF_GOOGLE = (OpenidOver, OpenidRefused, OpenidAway, GoogleAccountNotFound)
TITLES = {
    refusal.code: refusal.title
    for refusal in (
        EmailNotFound,
        SlowDown,
        CodeWrong,
        CodeOver,
        *OF_GOOGLE,
        *OF_PASSWORDS,
        *OF_PASSKEYS,
        Unavailable,
        Broken,
    )
}


def minutes_of(refusal: SlowDown) -> int:
    """How many minutes are to be waited, rounded up."""
    return math.ceil(int(refusal.facts.get("retry_after", 60)) / 60)


WEAKNESSES = {
    "short": _(
        "It is too short: take at least 15 characters. Three or four words that do not belong together are fine."
    ),
    "long": _("It is too long: take at most 128 characters."),
    "personal": _("It has too much of your name, your user name or your agency's name in it."),
    "repeated": _("It repeats itself, or follows the alphabet or the keyboard."),
    "printed": _("It is the one that was printed for you, and others have seen it."),
    "common": _("It is made of words that are tried first."),
}


def reason_of(visit: Visit, code: str) -> str:
    """The sentence for a refusal's code; empty for none."""
    return visit.say(TITLES[code]) if code in TITLES else ""


def weakness_of(visit: Visit, reason: str) -> str:
    """What is wrong with a password that was refused; empty for nothing."""
    return visit.say(WEAKNESSES[reason]) if reason in WEAKNESSES else ""
