"""What staff read: roles, standings, and why a step did not succeed."""

from contracts.identity.accounts import AlwaysHasAccess
from contracts.identity.impersonations import NobodyThere
from contracts.identity.openid import OpenidAway, OpenidOver, OpenidRefused
from contracts.identity.passkeys import PasskeyRefused, TooManyPasskeys
from contracts.identity.passwords import NoAccess, UserNameTaken
from contracts.identity.second_factors import EntryOver, StaffNotFound
from contracts.identity.settings import SettingsOutdated
from contracts.identity.sign_in import CodeWrong, SlowDown
from contracts.identity.staff import InvitationOver, LastAdmin, MemberExists
from contracts.identity.systems import SystemExists
from contracts.kinds import NotAllowed
from gateway.visit import Visit

TITLES = {
    refusal.code: refusal.title
    for refusal in (
        AlwaysHasAccess,
        CodeWrong,
        EntryOver,
        InvitationOver,
        LastAdmin,
        MemberExists,
        NoAccess,
        NobodyThere,
        NotAllowed,
        OpenidAway,
        OpenidOver,
        OpenidRefused,
        PasskeyRefused,
        SettingsOutdated,
        SlowDown,
        StaffNotFound,
        SystemExists,
        TooManyPasskeys,
        UserNameTaken,
    )
}


def reason_of(visit: Visit, code: str) -> str:
    """The sentence for a refusal's code; empty for none."""
    return visit.say(TITLES[code]) if code in TITLES else ""
