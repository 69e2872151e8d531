"""What was done, in plain words: every act has them in both languages, and what comes with it is filled in."""

import pytest

from contracts.identity.activities import What
from contracts.identity.consents import TEXTS, ConsentKind
from gateway import acts
from gateway.consents import CONSENTS
from gateway.rendering import ASSETS, LANGUAGES, translate


@pytest.mark.parametrize("what", What)
def test_every_act_has_words_in_every_language_and_an_icon(what):
    assert f'id="{acts.icon(what)}"' in (ASSETS / "icons.svg").read_text()
    english, spanish = (acts.sentence(what, {}, language) for language in LANGUAGES)
    assert english and spanish and english != spanish
    assert "{" not in english + spanish


@pytest.mark.parametrize(
    ("what", "facts", "words"),
    [
        (What.SIGNED_IN, {"by": "otp email"}, "Signed in with a code by e-mail"),
        (What.SIGNED_IN, {"by": "otp sms"}, "Signed in with a code by text message"),
        (What.SIGNED_IN, {"by": "hwk user"}, "Signed in with a passkey"),
        (What.SIGNED_IN, {"by": "fed otp"}, "Signed in with Google"),
        (What.SIGNED_IN, {"by": "something new"}, "Signed in"),
        (What.ACCESS_ENDED, {"reason": "deleted"}, "Ended the access to the portal: no longer on this account"),
        (What.ACCESS_ENDED, {"reason": "unheard of"}, "Ended the access to the portal"),
        (What.CONSENT_CHANGED, {"consent": "sms", "given": "no"}, "Stopped text messages"),
        (What.CONSENT_CHANGED, {"consent": "fax", "given": "no"}, "Changed a consent"),
        (What.DOCUMENT_OPENED, {"title": "{odd} <b>"}, "Opened a document: {odd} <b>"),
        (What.DOCUMENT_OPENED, {}, "Opened a document: –"),
    ],
)
def test_the_facts_of_an_act_are_in_its_sentence(what, facts, words):
    assert acts.sentence(what, facts, "en") == words


def test_a_device_is_named_as_far_as_it_is_known():
    assert acts.device({"browser": "Chrome", "system": "Windows"}, "en") == "Chrome on Windows"
    assert acts.device({"browser": "Chrome", "system": "Windows"}, "es") == "Chrome en Windows"
    assert acts.device({"system": "iPhone"}, "en") == "iPhone"
    assert acts.device({}, "en") == ""


def test_every_consent_has_a_title_a_text_and_a_version():
    assert set(CONSENTS) == set(TEXTS) == set(ConsentKind)
    for title, text in CONSENTS.values():
        assert translate(title, "es") != title
        assert translate(text, "es") != text
