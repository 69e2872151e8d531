"""Every template of the portal in each of its states, with the values that it gets."""

from typing import Any

from contracts.documents import id_cards, vault
from contracts.policy import policies
from gateway.rendering import Look
from gateway.requests import words

from . import activity_screens, holder_screens, request_screens, ways_in_screens
from .id_card_samples import FLEET_ID_CARDS, STALE_ID_CARDS
from .information_samples import BOOKKEEPER, information, of_bookkeeper
from .payment_samples import NO_PAYMENTS, PAYMENTS
from .policy_samples import HOME_IN_FULL, RENEWED, STALE_POLICY
from .portal_samples import (
    ACCOUNTS,
    AUTO,
    BARE_POLICY,
    CHANNELS,
    DOCUMENTS,
    HOME_POLICIES,
    ID_CARDS,
    IMPERSONATION,
    LOOK,
    MESSAGES,
    NOTHING_YET,
    ONLY_PAST,
    PEOPLE,
    POLICY_LIST,
    me,
)

NOT_FOUND = "This email address is not found. Please contact your agent directly."
CODE = {
    "sent_to": "p•••@e•••.com",
    "kind": "email",
    "error": None,
    "attempts_left": None,
    "over": False,
    "wait": 0,
    "certain": True,
}
LIST = {"list": POLICY_LIST, "lines": POLICY_LIST.lines, "status": "active", "sort": "renewal", "line": "", "q": ""}
NO_POLICIES = policies.PolicyList(items=[], lines=["AUTOP"], cursor=None, as_of=None)
OUTSIDE = {"me": None}
SIGN_IN = {"email": "", "error": None, "wait": 0, "remembered": False, "undone": False}

# name → template, what the page is like, its values: every template in its states
SCREENS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "sign-in": ("sign_in.html", OUTSIDE, SIGN_IN),
    "sign-in-undone": ("sign_in.html", OUTSIDE, SIGN_IN | {"undone": True}),
    "sign-in-refused": (
        "sign_in.html",
        OUTSIDE,
        SIGN_IN | {"email": "who@example.com", "error": NOT_FOUND},
    ),
    "channel": ("channel.html", OUTSIDE, {"channels": CHANNELS, "error": None, "wait": 0}),
    "code": ("code.html", OUTSIDE, CODE),
    "code-text": ("code.html", OUTSIDE | {"notice": "A new code is on its way."}, CODE | {"kind": "sms"}),
    "code-wrong": (
        "code.html",
        OUTSIDE,
        CODE | {"error": "This identification code is not right.", "attempts_left": 2},
    ),
    "code-over": (
        "code.html",
        OUTSIDE,
        CODE | {"error": "This identification code can no longer be used. Please request a new code.", "over": True},
    ),
    "code-slow": (
        "code.html",
        OUTSIDE,
        CODE | {"error": "Too many tries in a short time. Please wait a little, then try again.", "wait": 4},
    ),
    "code-veiled": ("code.html", OUTSIDE, CODE | {"certain": False}),
    "account": ("account.html", OUTSIDE, {"accounts": ACCOUNTS, "wanted": "/", "remember": False}),
    "who": ("account.html", OUTSIDE, {"accounts": PEOPLE, "wanted": "/", "remember": False}),
    "switch-who": ("account.html", {"me": me(accounts=3)}, {"accounts": PEOPLE, "wanted": "/", "remember": False}),
    "switch": ("account.html", {"me": me(accounts=2)}, {"accounts": ACCOUNTS, "wanted": "/", "remember": False}),
    "home": (
        "home.html",
        {"tab": "home"},
        {"policies": HOME_POLICIES, "documents": DOCUMENTS, "me": me(), "words": words},
    ),
    "home-past": (
        "home.html",
        {"tab": "home"},
        {"policies": ONLY_PAST, "documents": vault.Documents(items=[]), "me": me(), "words": words},
    ),
    "home-new": (
        "home.html",
        {"tab": "home", "me": me(read_only=True), "view": LOOK},
        {"policies": NOTHING_YET, "documents": vault.Documents(items=[]), "me": me(read_only=True), "words": words},
    ),
    "home-viewed": (
        "home.html",
        {"tab": "home", "me": me(read_only=True), "view": LOOK},
        {"policies": HOME_POLICIES, "documents": DOCUMENTS, "me": me(read_only=True), "words": words},
    ),
    "view-open": ("view_open.html", OUTSIDE | {"view": Look(LOOK.id)}, {"found": IMPERSONATION}),
    "view-link-over": ("view_over.html", OUTSIDE | {"view": Look(LOOK.id)}, {"link": True, "here": True}),
    "view-over": ("view_over.html", OUTSIDE | {"view": Look(LOOK.id)}, {"link": False, "here": False}),
    "id-cards-viewed": (
        "id_cards.html",
        {"tab": "id-cards", "me": me(read_only=True), "view": LOOK},
        {"options": ID_CARDS, "wanted": id_cards.ListIdCards()},
    ),
    "policies": ("policies.html", {"tab": "policies"}, LIST),
    "policies-none": ("policies.html", {"tab": "policies"}, LIST | {"list": NO_POLICIES, "q": "zeppelin"}),
    "policies-future": ("policies.html", {"tab": "policies"}, LIST | {"list": NO_POLICIES, "status": "future"}),
    "policies-past": ("policies.html", {"tab": "policies"}, LIST | {"list": NO_POLICIES, "status": "past"}),
    "policies-empty": ("policies.html", {"tab": "policies"}, LIST | {"list": NO_POLICIES}),
    "policies-all": ("policies.html", {"tab": "policies"}, LIST | {"list": NO_POLICIES, "status": "all"}),
    "policy": ("policy.html", {"tab": "policies"}, {"policy": RENEWED, "payments": PAYMENTS}),
    "policy-home": ("policy.html", {"tab": "policies"}, {"policy": HOME_IN_FULL, "payments": NO_PAYMENTS}),
    "policy-stale": ("policy.html", {"tab": "policies"}, {"policy": STALE_POLICY, "payments": NO_PAYMENTS}),
    "policy-bare": ("policy.html", {"tab": "policies"}, {"policy": BARE_POLICY, "payments": NO_PAYMENTS}),
    "payments": ("payments.html", {"tab": "payments"}, {"list": PAYMENTS, "policy": None}),
    "payments-one": ("payments.html", {"tab": "payments"}, {"list": PAYMENTS, "policy": AUTO["id"]}),
    "payments-none": ("payments.html", {"tab": "payments"}, {"list": NO_PAYMENTS, "policy": None}),
    "id-cards": (
        "id_cards.html",
        {"tab": "id-cards", "notice": "The ID card was emailed to p•••@e•••.com."},
        {"options": ID_CARDS, "wanted": id_cards.ListIdCards()},
    ),
    "id-cards-one": (
        "id_cards.html",
        {"tab": "id-cards"},
        {"options": ID_CARDS, "wanted": id_cards.ListIdCards(policy=AUTO["id"])},
    ),
    "id-cards-stale": (
        "id_cards.html",
        {"tab": "id-cards"},
        {"options": STALE_ID_CARDS, "wanted": id_cards.ListIdCards()},
    ),
    "id-cards-fleet": (
        "id_cards.html",
        {"tab": "id-cards"},
        {"options": FLEET_ID_CARDS, "wanted": id_cards.ListIdCards(q="f-150")},
    ),
    "id-cards-not-found": (
        "id_cards.html",
        {"tab": "id-cards"},
        {"options": id_cards.IdCardOptions(items=[], as_of=None), "wanted": id_cards.ListIdCards(q="zeppelin")},
    ),
    "id-cards-none": (
        "id_cards.html",
        {"tab": "id-cards"},
        {"options": id_cards.IdCardOptions(items=[], as_of=None), "wanted": id_cards.ListIdCards()},
    ),
    "information": ("information.html", {"tab": "information"}, {"information": information()}),
    "information-additional": (
        "information.html",
        {"tab": "information", "me": me(contact=BOOKKEEPER)},
        {"information": of_bookkeeper()},
    ),
    "information-viewed": (
        "information.html",
        {"tab": "information", "me": me(read_only=True), "view": LOOK},
        {"information": information(read_only=True)},
    ),
    "agency": ("agency.html", {"tab": "agency"}, {}),
    "not-found": ("not_found.html", {}, {}),
    "not-found-outside": ("not_found.html", OUTSIDE, {}),
    "closed": ("closed.html", OUTSIDE, {}),
    "error": (
        "error.html",
        {},
        {
            "title": "This part of the portal is not available right now.",
            "message": "Please try again in a moment.",
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            "retry": True,
            "back": "",
        },
    ),
    "too-large": (
        "error.html",
        {"tab": "certificates"},
        {
            "title": "What was sent is too large.",
            "message": "A file can have at most 1 MB here. Please divide it into several.",
            "trace": "",
            "retry": False,
            "back": "/certificates/file",
        },
    ),
    "signed-out": ("signed_out.html", OUTSIDE, {"remembered": False}),
    "mailbox": ("mailbox.html", OUTSIDE, {"messages": MESSAGES}),
    **ways_in_screens.SCREENS,
    **activity_screens.SCREENS,
    **request_screens.SCREENS,
    **holder_screens.SCREENS,
}
