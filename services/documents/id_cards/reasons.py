"""Why no ID card can be made for a vehicle today, in one word that a page can explain."""

from contracts.ams import PolicyStatus
from contracts.documents.id_cards import IdCardReason
from contracts.policy.freshness import FeedState
from contracts.policy.vehicles import InsuredVehicle
from services.documents.accounts import Holder

from . import vins
from .states import StateRule, rule_of

# the agency's system is silent for longer than it promised, or was never heard
STALE: frozenset[FeedState] = frozenset({"stale", "never"})


def reason(facts: InsuredVehicle, holder: Holder, feed: FeedState) -> IdCardReason | None:
    """Why no card can be made, the most lasting reason first; None where one can. `feed` is how fresh the facts are."""
    rule = rule_of(facts.vehicle.state)
    if rule is None:
        return "state_missing"
    if rule.refused:
        return rule.refused
    if feed in STALE:
        return "stale_data"
    return _of_policy(facts) or _of_vehicle(facts, holder, rule)


def _of_policy(facts: InsuredVehicle) -> IdCardReason | None:
    if not facts.in_force:
        return "not_in_force"
    if facts.status is PolicyStatus.PENDING_CANCELLATION:
        return "pending_cancellation"
    if facts.cancellation_on is not None and facts.status is not PolicyStatus.REINSTATED:
        return "pending_cancellation"  # confirmed and coming: a card to the end of the term would promise too much
    return None


def _of_vehicle(facts: InsuredVehicle, holder: Holder, rule: StateRule) -> IdCardReason | None:
    vehicle = facts.vehicle
    if vehicle.year is None or not vehicle.make.strip():
        return "vehicle_details_missing"
    if wrong := vins.problem(vins.normalize(vehicle.vin), vehicle.year):
        return wrong
    if not facts.company_number.strip():
        return "carrier_number_missing"
    if rule.address_required and not holder.address:
        return "address_missing"
    return "liability_missing" if rule.liability != "not_shown" and not facts.liability else None
