"""What was done, in plain words: the Activity page and the console read the same sentences.

Texts are English msgids with the facts of an entry in braces; `gateway/locale/` has their translations.
"""

from collections.abc import Mapping

from contracts.identity.activities import What

from .console.feed_words import kind
from .rendering import Language, translate
from .words import _

# the words, and the icon in assets/icons.svg
ACTS: dict[What, tuple[str, str]] = {
    What.SIGNED_IN: (_("Signed in"), "person"),
    What.SIGNED_OUT: (_("Signed out"), "exit"),
    What.ACCOUNT_SWITCHED: (_("Switched to this account"), "switch"),
    What.ACCESS_GIVEN: (_("Gave access to the portal"), "person"),
    What.ACCESS_ENDED: (_("Ended the access to the portal"), "exit"),
    What.ADDRESS_ALLOWED: (_("Allowed a shared e-mail address"), "mail"),
    What.ADDRESS_STOPPED: (_("Stopped a shared e-mail address"), "mail"),
    What.VIEW_REQUESTED: (_("Asked to look at the portal"), "eye"),
    What.VIEW_OPENED: (_("Looked at this portal, without being able to change anything"), "eye"),
    What.VIEW_ENDED: (_("Finished looking at this portal"), "eye"),
    What.MEMBER_INVITED: (_("Invited {name} to the staff"), "people"),
    What.MEMBER_SIGNED_IN: (_("Signed in to the console"), "person"),
    What.MEMBER_SIGNED_OUT: (_("Signed out of the console"), "exit"),
    What.MEMBER_CHANGED: (_("Changed a member of staff"), "people"),
    What.MEMBER_RECOVERED: (_("Gave {name} a new way to sign in"), "people"),
    What.MEMBER_ENDED: (_("Ended the access of {name}"), "people"),
    What.SYSTEM_ADDED: (_("Added the system {name}"), "systems"),
    What.SYSTEM_SECRET_CHANGED: (_("Changed the secret of the system {name}"), "systems"),
    What.SYSTEM_ENDED: (_("Ended the access of the system {name}"), "systems"),
    What.SETTINGS_CHANGED: (_("Changed settings: {fields}"), "settings"),
    What.CODES_WRONG: (_("Somebody entered wrong identification codes"), "alert"),
    What.SESSION_ENDED: (_("Signed out another device"), "exit"),
    What.CONSENT_CHANGED: (_("Changed a consent"), "done"),
    What.DATA_EXPORTED: (_("Downloaded a copy of this account's data"), "document"),
    What.ID_CARD_ISSUED: (_("Had an ID card made: {title}"), "card"),
    What.DOCUMENT_OPENED: (_("Opened a document: {title}"), "document"),
    What.DOCUMENT_DOWNLOADED: (_("Downloaded a document: {title}"), "document"),
    What.DOCUMENT_EMAILED: (_("E-mailed a document to {to}: {title}"), "mail"),
    What.PASSKEY_ADDED: (_("Added the passkey {name}"), "key"),
    What.PASSKEY_REMOVED: (_("Removed the passkey {name}"), "key"),
    What.PASSKEYS_ENDED: (_("Ended all passkeys"), "key"),
    What.PASSKEY_EXCUSED: (_("Allowed signing in without a passkey"), "key"),
    What.USER_NAME_ASSIGNED: (_("Assigned a user name"), "person"),
    What.USER_NAME_REMOVED: (_("Removed a user name"), "person"),
    What.PASSWORD_LINK_SENT: (_("Sent a link to set a password"), "mail"),
    What.FIRST_PASSWORD_MADE: (_("Printed a first password"), "document"),
    What.PASSWORD_SET: (_("Set a new password"), "key"),
    What.PASSWORDS_WRONG: (_("Somebody entered wrong passwords"), "alert"),
    What.DEVICE_REMEMBERED: (_("Had a device remembered for ID cards"), "card"),
    What.DEVICE_FORGOTTEN: (_("Had a remembered device forgotten"), "card"),
    What.EVENT_SENT_AGAIN: (_("Sent an event of the feed again: {event}"), "systems"),
    What.REMOVAL_HELD: (_("Held back the removal of {going} of {there}: {kind}"), "alert"),
    What.REMOVAL_WANTED: (_("Had {going} of {there} removed that a full comparison did not name: {kind}"), "systems"),
    What.REMOVAL_FORGOTTEN: (_("Kept {going} of {there} that a full comparison did not name: {kind}"), "systems"),
    What.WEBHOOK_ADDED: (_("Added the webhook {url}"), "systems"),
    What.WEBHOOK_CHANGED: (_("Changed the webhook {url}"), "systems"),
    What.WEBHOOK_SECRET_CHANGED: (_("Changed the secret of the webhook {url}"), "systems"),
    What.WEBHOOK_REPLAYED: (_("Sent events to the webhook {url} again"), "systems"),
    What.WEBHOOK_ENDED: (_("Ended the webhook {url}"), "systems"),
    What.WEBHOOK_GIVEN_UP: (_("Turned the webhook {url} off, because it did not answer"), "alert"),
    What.REQUEST_MADE: (_("Sent a request to the agency"), "claim"),
    What.REQUEST_ANSWERED: (_("Answered a request"), "claim"),
    What.REQUEST_REPLIED: (_("Wrote in a request"), "claim"),
    What.CONTACT_CORRECTION_ASKED: (_("Asked for a correction of contact information"), "claim"),
    What.CERTIFICATE_HOLDER_ADDED: (_("Added the certificate holder {holder}"), "policies"),
    What.CERTIFICATE_HOLDER_CHANGED: (_("Changed the certificate holder {holder}"), "policies"),
    What.CERTIFICATE_HOLDER_WITHDRAWN: (_("Took back the certificate holder {holder}"), "policies"),
    What.CERTIFICATE_HOLDER_CONFIRMED: (_("Confirmed the certificate holder {holder}"), "done"),
    What.GOOGLE_LINKED: (_("Linked the Google account {email}"), "globe"),
    What.GOOGLE_UNLINKED: (_("Removed the Google account {email}"), "globe"),
    What.AUTHENTICATOR_SET: (_("Set up a new authenticator app"), "phone"),
    What.AUTHENTICATOR_REMOVED: (_("Removed the authenticator app"), "phone"),
    What.PORTAL_LINK_SENT: (_("Sent the portal's address to {to}"), "mail"),
}

# where the facts say more: a reason, or what was agreed to
CLOSER: dict[tuple[What, str], str] = {
    (What.ACCESS_ENDED, "toggle"): _("Ended the access to the portal"),
    (What.ACCESS_ENDED, "deleted"): _("Ended the access to the portal: no longer on this account"),
    (What.ACCESS_ENDED, "email"): _("Ended everything under the old e-mail address, because it changed"),
    (What.CERTIFICATE_HOLDER_ADDED, "file"): _("Added {count} certificate holders from a file"),
    (What.PASSKEY_EXCUSED, "needed"): _("Asked for a passkey again"),
    (What.CONSENT_CHANGED, "sms:yes"): _("Agreed to text messages"),
    (What.CONSENT_CHANGED, "sms:no"): _("Stopped text messages"),
    (What.CONSENT_CHANGED, "e-delivery:yes"): _("Agreed to documents by e-mail instead of paper"),
    (What.CONSENT_CHANGED, "e-delivery:no"): _("Stopped documents by e-mail instead of paper"),
}

# how somebody signed in, by the methods of the session (RFC 8176); the first whose methods are all there counts
METHODS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"fed"}), _("with Google")),  # somebody else has proven who it is
    (frozenset({"pwd", "otp"}), _("with a password and a code")),
    (frozenset({"otp", "sms"}), _("with a code by text message")),
    (frozenset({"otp", "email"}), _("with a code by e-mail")),
    (frozenset({"hwk"}), _("with a passkey")),
    (frozenset({"pwd"}), _("with a password")),
)


class _Facts(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return "–"


def sentence(what: What, facts: Mapping[str, str], language: Language) -> str:
    """What was done: "Signed in with a code by e-mail"."""
    told = _Facts(facts)
    if "kind" in told:
        told["kind"] = translate(kind(told["kind"]), language)
    words = translate(_closest(what, facts), language).format_map(told)
    how = _method(facts.get("by", "")) if what is What.SIGNED_IN else ""
    return f"{words} {translate(how, language)}" if how else words


def icon(what: What) -> str:
    """The icon that stands for it."""
    return ACTS[what][1]


def device(facts: Mapping[str, str], language: Language) -> str:
    """The device that it was done with: "Chrome on Windows"; empty where unknown."""
    browser, system = facts.get("browser", ""), facts.get("system", "")
    if browser and system:
        return translate(_("{browser} on {system}"), language).format(browser=browser, system=system)
    return browser or system


def _closest(what: What, facts: Mapping[str, str]) -> str:
    consent = f"{facts.get('consent', '')}:{facts.get('given', '')}"
    return CLOSER.get((what, consent if what is What.CONSENT_CHANGED else facts.get("reason", "")), ACTS[what][0])


def _method(by: str) -> str:
    used = frozenset(by.split())
    return next((words for methods, words in METHODS if methods <= used), "")
