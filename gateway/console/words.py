"""What staff read: roles, standings, and why a step did not succeed."""

from contracts.documents.mailings import MailLimit, NoEmailOnFile
from contracts.held_removals import DecidedOtherwise
from contracts.identity.accounts import AlwaysHasAccess
from contracts.identity.impersonations import NobodyThere
from contracts.identity.openid import OpenidAway, OpenidOver, OpenidRefused
from contracts.identity.own_ways import AuthenticatorChangeOver, LastMeans
from contracts.identity.passkeys import PasskeyRefused, SignInAgain, TooManyPasskeys
from contracts.identity.passwords import NoAccess, UserNameTaken
from contracts.identity.second_factors import EntryOver, StaffNotFound
from contracts.identity.settings import SettingsOutdated
from contracts.identity.sign_in import CodeWrong, SlowDown
from contracts.identity.staff import InvitationOver, LastAdmin, MemberExists
from contracts.identity.systems import SystemExists
from contracts.kinds import NotAllowed
from contracts.policy.webhooks import AddressRefused, TooManyWebhooks, UnknownEvents, WebhookOff
from contracts.quarantine import AppliedAlready
from gateway.visit import Visit

TITLES = {
    refusal.code: refusal.title
    for refusal in (
        AddressRefused,
        AlwaysHasAccess,
        AppliedAlready,
        AuthenticatorChangeOver,
        CodeWrong,
        DecidedOtherwise,
        EntryOver,
        InvitationOver,
        LastAdmin,
        LastMeans,
        MailLimit,
        MemberExists,
        NoAccess,
        NoEmailOnFile,
        NobodyThere,
        NotAllowed,
        OpenidAway,
        OpenidOver,
        OpenidRefused,
        PasskeyRefused,
        SettingsOutdated,
        SignInAgain,
        SlowDown,
        StaffNotFound,
        SystemExists,
        TooManyPasskeys,
        TooManyWebhooks,
        UnknownEvents,
        UserNameTaken,
        WebhookOff,
    )
}


def reason_of(visit: Visit, code: str) -> str:
    """The sentence for a refusal's code; empty for none."""
    return visit.say(TITLES[code]) if code in TITLES else ""
