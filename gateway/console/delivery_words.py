"""What became of mails and texts, in plain words: what was sent, how it ended, and why.

Texts are English msgids; `gateway/locale/` has their translations.
"""

from contracts.notify import DeliveryKind, DeliveryReason, DeliveryState
from gateway.words import _

KINDS: dict[DeliveryKind, str] = {
    "identification_code": _("Identification code"),
    "password_link": _("Link to set a password"),
    "sign_in_change": _("Word of a changed sign-in"),
    "portal_link": _("The portal's address"),
    "document": _("Document"),
    "action": _("Word of something done in the portal"),
}

# the word, and how it is painted: good, warn, bad, info or quiet
STATES: dict[DeliveryState, tuple[str, str]] = {
    "queued": (_("On its way"), "info"),
    "sent": (_("Sent"), "good"),
    "bounced": (_("Bounced"), "bad"),
    "failed": (_("Not sent"), "bad"),
    "expired": (_("Too late"), "warn"),
    "unknown": (_("Not certain"), "warn"),
}

REASONS: dict[DeliveryReason, str] = {
    "address_unknown": _("The recipient's mail server does not know this address. Please compare it with the client."),
    "mailbox_full": _("The recipient's mailbox is full."),
    "refused": _("The recipient's mail server refused the message."),
    "address_wrong": _("This is no address that anything can be sent to. Please correct it in your agency system."),
    "number_refused": _("The text message service refused this number. It may be a landline."),
    "texts_off": _("Text messages are not set up in this portal."),
    "server_away": _("The mail server could not be reached, or asked to wait. It is tried again for a while."),
    "document_missing": _("The document could not be attached."),
    "too_late": _("The code ran out before it could be sent. The client can ask for a new one."),
    "unanswered": _("It was handed over, and nobody confirmed it. It may have arrived."),
    "our_mistake": _("Something went wrong on our side."),
}
