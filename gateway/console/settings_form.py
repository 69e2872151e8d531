"""The form of an agency's settings: its fields, what they are called, and what they say."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from contracts.identity.agencies import AgencyDetails
from contracts.identity.settings import SettingsChange
from gateway.words import _

LANGUAGES = {"language_en": "en", "language_es": "es"}
TEXTS = {
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail address"),
    "website": _("Website"),
    "street": _("Street"),
    "city": _("City"),
    "state": _("State"),
    "postal_code": _("ZIP code"),
    "hours": _("Opening hours"),
    "time_zone": _("Time zone"),
    "brand_color": _("Your agency's color"),
    "default_language": _("Where nothing else is known"),
    "feed_hours": _("How many hours may your agency system be silent?"),
}
SWITCHES = {
    "portal_open": _("The portal is open"),
    "passwords": _("User names and passwords that you assign"),
    "remembered_devices": _("Remembered devices, for ID cards only"),
}
CHOICES = {
    "disclosure": _("Somebody types an unknown e-mail address"),
    "passkeys": _("Passkeys"),
    "gmail": _("Gmail addresses"),
    "google_accounts": _("Google accounts"),
}
LABELS = {**TEXTS, **SWITCHES, **CHOICES, "language_en": "English", "language_es": "Español"}
OPTIONS: dict[str, dict[str, str]] = {
    "disclosure": {"explicit": _("Say that it is not found"), "neutral": _("Go on as if a code had been sent")},
    "passkeys": {"offered": _("Offered"), "required": _("Required"), "off": _("Off")},
    "gmail": {"google": _("Only with Google"), "google-or-code": _("With Google or with a code")},
    "google_accounts": {"gmail": _("Gmail only"), "verified": _("Every verified address")},
    "default_language": {"en": "English", "es": "Español"},
}
TICKED = "yes"
ON, OFF, EMPTY = _("Yes"), _("No"), _("Empty")
OF_LANGUAGES = _("Languages")
# what is wrong with a field, where more can be said than that it is to be looked at
WRONG = {
    "email": _("Please enter one e-mail address, such as name@example.com."),
    "state": _("Please enter the two letters of a state, for example TX."),
    "default_language": _("Please choose one of the languages that clients may read."),
}


def fields_of(details: AgencyDetails) -> dict[str, str]:
    """What the form says of these settings."""
    record, sign_in = details.model_dump(mode="json"), details.sign_in.model_dump(mode="json")
    return {
        **{name: str(record[name]) for name in TEXTS},
        **{name: sign_in[name] for name in CHOICES},
        **{name: TICKED if {**record, **sign_in}[name] else "" for name in SWITCHES},
        **{name: TICKED if language in details.languages else "" for name, language in LANGUAGES.items()},
    }


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed; choices that the page did not offer are not there."""
    typed = {name: form.get(name, "").strip() for name in TEXTS}
    typed |= {"state": typed["state"].upper(), "brand_color": typed["brand_color"].lower()}
    typed |= {name: form[name] for name in CHOICES if name in form}
    return typed | {name: TICKED if form.get(name) == TICKED else "" for name in (*SWITCHES, *LANGUAGES)}


def changes_of(fields: Mapping[str, str]) -> SettingsChange:
    """The settings that the form says; raises ValidationError."""
    sign_in: dict[str, Any] = {name: fields[name] for name in CHOICES if name in fields}
    ticked = {name: fields[name] == TICKED for name in SWITCHES}
    wanted: dict[str, Any] = {name: fields[name] for name in TEXTS} | {"portal_open": ticked.pop("portal_open")}
    languages = tuple(language for name, language in LANGUAGES.items() if fields[name] == TICKED)
    return SettingsChange(**wanted, languages=languages, sign_in={**sign_in, **ticked})


def wrong_with(name: str, value: str) -> str:
    """What is said beside a field whose value cannot be saved; a msgid."""
    return WRONG.get(name, _("Please check this.")) if value else _("Please fill this in.")


def first_of(wrong: Collection[str]) -> str:
    """The first of these fields on the page, where it opens; empty where none of them is there."""
    places = list(TEXTS)
    places.insert(places.index("default_language"), "languages")
    return next((name for name in places if name in wrong), "")


def label_of(name: str, say: Callable[[str], str]) -> str:
    """What a field is called where it stands alone."""
    label = say(LABELS[name])
    return f"{say(OF_LANGUAGES)}: {label}" if name in LANGUAGES or name == "default_language" else label


def words_for(name: str, value: str, say: Callable[[str], str]) -> str:
    """What a field holds, as people read it."""
    if name in SWITCHES or name in LANGUAGES:
        return say(ON if value == TICKED else OFF)
    words = OPTIONS.get(name, {}).get(value)
    return say(words) if words else value or say(EMPTY)
