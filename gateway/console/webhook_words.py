"""What staff read about webhooks: how one is doing, why a try did not succeed, and what events are called."""

from contracts.policy.webhooks import DeliveryState, WebhookState
from gateway.words import _

# the word, and how it is painted
STATES: dict[WebhookState, tuple[str, str]] = {
    "on": (_("On"), "good"),
    "failing": (_("Failing"), "bad"),
    "off": (_("Off"), "quiet"),
    "given-up": (_("Turned off by rule"), "bad"),
}
DELIVERIES: dict[DeliveryState, tuple[str, str]] = {
    "waiting": (_("Waiting"), "warn"),
    "delivered": (_("Delivered"), "good"),
    "given-up": (_("Given up"), "bad"),
}
PROBLEMS: dict[str, str] = {
    "address": _("The address leads into a private network."),
    "name": _("The host name is not known."),
    "timeout": _("There was no answer within ten seconds."),
    "tls": _("The certificate of the address is not valid."),
    "connection": _("No connection could be made."),
    "answer": _("The answer could not be understood."),
}
# why an address is refused, as policy words it
ADDRESSES: dict[str, str] = {
    text: text
    for text in (
        _("This is not an address."),
        _("The address must begin with https://."),
        _("The address must be https://, a host name and a path, without user or fragment."),
        _("The address must be on port 443."),
        _("The host name must be one of the public internet."),
        _("The address leads into a private network."),
    )
}
ANSWERED = _("It answered {status} instead of a success.")


def problem(code: str) -> tuple[str, str]:
    """The sentence for a try that did not succeed, and the HTTP status that goes into it."""
    return (ANSWERED, code) if code.isdecimal() else (PROBLEMS.get(code, ""), "")
