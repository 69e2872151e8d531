"""The pages of passkeys, user names and remembered devices in their states, with the values that they get."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.documents.id_cards import ListIdCards
from contracts.identity.openid import GoogleLink
from contracts.identity.passkeys import Passkey, Passkeys
from contracts.identity.passwords import OwnUserName

from .id_card_samples import STALE_ID_CARDS
from .portal_samples import CHANNELS, ID_CARDS, LOOK, me

OUTSIDE: dict[str, Any] = {"me": None}
WHEN = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
WRONG = "This user name or password is not right."
NO_ACCOUNT = "Couldn't find your Google Account."
WEAK = {"error": "This password cannot be used. Please choose another one.", "weak": "It repeats itself."}
FINE = {"error": "", "weak": ""}
OPTIONS = {"challenge": "c2FtcGxl", "rp": {"id": "localhost", "name": 'Bramblewick & "Lark"'}}
PASSKEYS = Passkeys(
    items=[
        Passkey(id=UUID(int=1), name="Blue phone", synced=True, made_at=WHEN, used_at=WHEN),
        Passkey(id=UUID(int=2), name="", synced=False, made_at=WHEN, used_at=None),
    ],
    may_add=True,
)
NONE = Passkeys(items=[], may_add=True)
NEW = {"user_name": "pat.rivera", "sent_to": "", "code_wrong": False, "attempts_left": None, "over": False} | FINE
NAMED = OwnUserName(user_name="pat.rivera", set_at=WHEN)
UNNAMED = OwnUserName(user_name="", set_at=None)
LINKS = [GoogleLink(id=UUID(int=3), email="pat.rivera@gmail.com", made_at=WHEN, used_at=WHEN)]
METHODS = {"google": LINKS, "passkeys": PASSKEYS, "credentials": NAMED}

# included by the pages below
PIECES = {
    "cards.html",
    "passkey_form.html",
    "passkey_list.html",
    "passkey_parts.html",
    "passkey_sign_in.html",
    "password_field.html",
    "password_state.html",
}

SCREENS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "methods": ("sign_in_methods.html", {}, METHODS),
    "methods-none": ("sign_in_methods.html", {}, {"google": [], "passkeys": NONE, "credentials": UNNAMED}),
    "methods-viewed": ("sign_in_methods.html", {"me": me(read_only=True), "view": LOOK}, METHODS),
    "google": ("google.html", OUTSIDE, {"error": "", "email": "pat.rivera.1021@gmail.com", "channels": []}),
    "google-refused": ("google.html", OUTSIDE, {"error": NO_ACCOUNT, "email": "", "channels": []}),
    "google-or-code": ("google.html", OUTSIDE, {"error": "", "email": "pat@gmail.com", "channels": CHANNELS}),
    "passkey-new": ("passkey_new.html", {}, {"options": OPTIONS, "error": ""}),
    "passkey-refused": ("passkey_new.html", {}, {"options": OPTIONS, "error": "This passkey could not be used."}),
    "passkey-first": ("passkey_first.html", OUTSIDE, {"options": OPTIONS, "error": ""}),
    "passkey-needed": ("passkey_first.html", OUTSIDE, {"options": None, "error": ""}),
    "password": ("password.html", OUTSIDE, {"user_name": "", "error": ""}),
    "password-wrong": ("password.html", OUTSIDE, {"user_name": "pat.rivera", "error": WRONG}),
    "password-forgot": ("password_forgot.html", OUTSIDE, {"user_name": "", "error": ""}),
    "password-forgot-slow": ("password_forgot.html", OUTSIDE, {"user_name": "pat", "error": "There were too many."}),
    "password-new": ("password_new.html", OUTSIDE, NEW),
    "password-first": ("password_new.html", OUTSIDE, NEW | {"sent_to": "p•••@e•••.com"}),
    "password-new-wrong": (
        "password_new.html",
        OUTSIDE,
        NEW | {"error": "This identification code is not right.", "code_wrong": True, "attempts_left": 3},
    ),
    "password-new-weak": ("password_new.html", OUTSIDE, NEW | WEAK),
    "password-new-over": ("password_new.html", OUTSIDE, NEW | {"error": "It is over.", "over": True}),
    "password-set": ("password_set.html", OUTSIDE, {"user_name": "pat.rivera"} | FINE),
    "password-set-weak": ("password_set.html", OUTSIDE, {"user_name": "pat.rivera"} | WEAK),
    "password-link-over": ("password_link_over.html", OUTSIDE, {}),
    "password-change": ("password_change.html", {}, {"user_name": "pat.rivera", "wrong": False} | FINE),
    "password-change-wrong": (
        "password_change.html",
        {},
        {"user_name": "pat.rivera", "wrong": True, "error": WRONG, "weak": ""},
    ),
    "id-cards-remembered": (
        "id_cards_remembered.html",
        OUTSIDE,
        {"options": ID_CARDS, "wanted": ListIdCards(), "device": None},
    ),
    "id-cards-remembered-stale": (
        "id_cards_remembered.html",
        OUTSIDE,
        {"options": STALE_ID_CARDS, "wanted": ListIdCards(), "device": None},
    ),
    "signed-out-remembered": ("signed_out.html", OUTSIDE, {"remembered": True}),
}
