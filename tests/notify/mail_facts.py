"""Facts to fill every mail with, as a household's contact or a member of staff would get it."""

from typing import Any

WHERE = "200 Main Street, Austin, TX 78701"
ACTION = {
    "part": "customer",
    "name": "Pat Rivera",
    "account_name": "Rivera household",
    "account_number": "1001",
    "actor": "Pat Rivera",
    "when": "November 22, 2026, 3:42 PM CST",
}
REQUEST = {"kind": "vehicle-add", "policy": "TX-100-2026", "about": "01a20287-2463-7b3f-bedd-602fcd05782c"}
OF_REQUESTS = ("contact_correction_asked", "request_answered", "request_made", "request_replied")
FACTS: dict[str, dict[str, Any]] = {
    "identification_code": {"name": "Pat Rivera", "code": "482913", "until": "3:42 PM CDT"},
    "invitation": {
        "name": "Jamie Cruz",
        "invited_by": "Alex Morgan",
        "key": "a-key-that-works-once",
        "until": "November 25, 2026, 3:42 PM CST",
    },
    "password_link": {
        "name": "Pat Rivera",
        "user_name": "pat.rivera",
        "key": "a-key-that-works-once",
        "when": "November 25, 2026, 3:42 PM CST",
    },
    "sign_in_change": {
        "name": "Pat Rivera",
        "change": "password-set",
        "when": "November 22, 2026, 3:42 PM CST",
    },
    "document": {
        "sender_name": "Pat Rivera",
        "title": "ID card: 2021 Toyota Camry",
        "file_name": "id-card-toyota-camry.pdf",
    },
    "portal_link": {"name": "Pat Rivera", "to": "pat.rivera@example.com", "way": "code"},
    "staff_sign_in_change": {
        "name": "Jamie Cruz",
        "change": "authenticator-set",
        "when": "November 22, 2026, 3:42 PM CST",
    },
    "webhook_given_up": {
        "name": "Jamie Cruz",
        "host": "hooks.oakhill.example",
        "webhook": REQUEST["about"],
        "why": "dead",
        "since": "November 19, 2026, 3:40 PM CST",
        "when": "November 22, 2026, 3:42 PM CST",
    },
    "removal_held": {
        "name": "Jamie Cruz",
        "when": "November 22, 2026, 3:42 PM CST",
        "going": {"account": "1,213", "certificate-holder": "640"},
        "there": {"account": "1,250", "certificate-holder": "702"},
    },
    "certificate_holder_added": {
        **ACTION,
        "facts": {"holder": "First Prairie Bank", "attention": "", "address": WHERE},
    },
    "request_made": {**ACTION, "facts": {**REQUEST, "acknowledged": "No coverage is changed."}},
    "request_replied": {**ACTION, "facts": REQUEST},
    "request_answered": {**ACTION, "facts": {**REQUEST, "status": "waiting-for-you", "wrote": "yes"}},
    "contact_correction_asked": {
        **ACTION,
        "facts": {**REQUEST, "kind": "contact-correction", "policy": "", "acknowledged": "No coverage is changed."},
    },
}
