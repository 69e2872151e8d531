"""A policy's page: what changed, how to pay and claim, and how fresh it all is, in both languages."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.policy.freshness import FeedState
from contracts.policy.insured import Deductible
from contracts.policy.policies import Policy
from gateway.formats import Formats
from gateway.line_search import lines_named
from gateway.rendering import Language, Renderer, translations
from gateway.requests import words

from .payment_samples import NO_PAYMENTS
from .policy_samples import HOME_IN_FULL, RENEWED, STALE_POLICY
from .portal_samples import CARRIER, DOCUMENTS, HOME_POLICIES, POLICY, me, page

RENDERER = Renderer()
ES = Formats("es", translations("es"))


def drawn(policy: Policy, language: Language = "en", **carrier: Any) -> str:
    shown = policy.model_copy(update={"carrier_details": CARRIER.model_copy(update=carrier)})
    text = RENDERER.render("policy.html", page(language, tab="policies"), policy=shown, payments=NO_PAYMENTS)
    return " ".join(text.split())


def test_make_a_payment_and_a_claim_are_there_where_the_carrier_has_a_link() -> None:
    both = drawn(POLICY)
    assert 'href="https://pay.example.com/"' in both and "Make a Payment" in both
    assert 'href="https://claims.example.com/"' in both and "Make a Claim" in both
    assert "by phone" not in both


def test_without_a_link_the_telephone_is_there_instead_and_without_either_nothing() -> None:
    called = drawn(POLICY, payment_url="", claim_url="")
    assert "Make a Payment" not in called and "Make a Claim" not in called
    assert "Pay by phone: (800) 555-0110" in called and "Claims by phone: (800) 555-0111" in called
    none = drawn(POLICY, payment_url="", claim_url="", phone="", claim_phone="")
    assert not any(words in none for words in ("Make a Payment", "Make a Claim", "by phone"))


def test_what_changed_is_told_in_words() -> None:
    told = drawn(RENEWED)
    assert "What changed since last term" in told
    assert "was $50,000, is now $100,000" in told
    assert "era $50,000, ahora es $100,000" in drawn(RENEWED, "es")
    assert "was 1%, is now 2%" in drawn(HOME_IN_FULL)
    assert "Nothing: this term covers the same at the same price." in drawn(HOME_IN_FULL)
    assert "What changed since last term" not in drawn(POLICY)


def test_more_changes_than_a_screen_holds_are_a_tap_away() -> None:
    assert "Show 3 more changes" in drawn(STALE_POLICY)


def test_stale_data_says_so_and_quiet_data_does_not() -> None:
    assert "Not updated since" in drawn(STALE_POLICY)
    assert "Not updated since" not in drawn(HOME_IN_FULL)  # quiet
    assert "As of" in drawn(HOME_IN_FULL)


@pytest.mark.parametrize("feed", ["fresh", "quiet", "stale", "never"])
def test_where_no_card_is_made_from_old_data_none_is_offered(feed: FeedState) -> None:
    making = 'action="/demo/id-cards"'
    assert (making in drawn(POLICY.model_copy(update={"feed": feed}))) is (feed in ("fresh", "quiet"))
    values = {"policies": HOME_POLICIES.model_copy(update={"feed": feed}), "documents": DOCUMENTS, "words": words}
    home = RENDERER.render("home.html", page("en"), me=me(), **values)
    assert (making in home) is (feed in ("fresh", "quiet"))
    assert ("All ID cards of this policy" in home) is (making not in home)


def test_why_it_is_to_be_cancelled_is_told_in_the_readers_language() -> None:
    assert "Payment not received. $140.83 is to be paid to keep it." in drawn(STALE_POLICY)
    assert "No se recibió el pago. Hay que pagar $140.83 para conservarla." in drawn(STALE_POLICY, "es")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("flood", {"FLOOD"}),
        ("INUNDACION", {"FLOOD"}),
        ("umbrella", {"PUMBR", "CUMBR", "UMBRL"}),
        ("auto personal", {"AUTOP"}),
        ("zeppelin", set()),
        ("o", set()),
        ("", set()),
    ],
)
def test_lines_are_found_by_their_name_in_either_language(typed: str, found: set[str]) -> None:
    assert set(lines_named(typed)) == found


def test_facts_of_a_policy_are_written_as_people_say_them() -> None:
    wind = Deductible(basis="Wind and Hail", amount=None, percent=Decimal("2.5"))
    assert ES.deductible(wind).startswith("2.5% ") and ES.deductible(wind) != "2.5% Wind and Hail"
    assert (ES.nature("MG"), ES.nature("Uncle")) == ("Acreedor hipotecario", "Uncle")
    assert (ES.cause("payment not received."), ES.cause("Roof in bad shape")) == (
        *("No se recibió el pago", "Roof in bad shape"),
    )
    assert (ES.biller("company"), ES.biller("unknown")) == ("Factura la compañía de seguros", "")
