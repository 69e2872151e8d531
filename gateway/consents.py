"""What people are asked to agree to, word for word.

The versions are in `contracts/identity/consents.py`: whoever changes a text here gives it a new one there.
"""

from contracts.identity.consents import ConsentKind

from .words import _

# a title, and the text that is agreed to
CONSENTS: dict[ConsentKind, tuple[str, str]] = {
    ConsentKind.SMS: (
        _("Text messages about your insurance"),
        _(
            "Your agency may send text messages about your policies, documents and requests to your mobile number. "
            "Never advertising. Message and data rates may apply. You can stop them here at any time or by answering "
            "STOP. Identification codes that you ask for yourself do not depend on this."
        ),
    ),
    ConsentKind.E_DELIVERY: (
        _("Documents by e-mail instead of paper"),
        _(
            "Your agency may give you documents electronically: by e-mail and in this portal. You need an e-mail "
            "address and a program that shows PDF files. You can ask your agency for paper at any time, and withdraw "
            "this here; it then ends for documents that are still to come."
        ),
    ),
}
