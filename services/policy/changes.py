"""What changed from one term of a policy to the next: found by what people call a thing, not by its place in a list."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from contracts import ams
from contracts.policy.terms import Change, Subject, TermChanges, TermSummary

from .insured import location_name, names_of, vehicle_name
from .natures import nature_of
from .summaries import money

Key = tuple[str, ...]
ORDER: tuple[Subject, ...] = ("premium", "vehicle", "location", "driver", "excluded_driver", "interest")


class Facts(dict[Key, tuple[Change, Decimal | None, Key]]):
    """A term, flat: each thing by its key, with its amount and the key of what it belongs to (itself, if to nothing).

    A coverage belongs to its vehicle and a limit to its coverage: where those come or go, it is not told apart.
    """

    def note(self, told: Change, key: Key, amount: Decimal | None = None, of: Key = ()) -> Key:
        """Adds a thing, told as if it had come anew; two of one key are told as one."""
        whole = (*of, told.subject, *key)
        self[whole] = (told, amount, of)
        return whole


def changes(before: ams.Term, after: ams.Term, currency: str) -> TermChanges:
    """Everything that an insured would want to know: price, what is covered and how high, and who and what is on it."""
    found = sorted(_compare(_facts(before), _facts(after)), key=lambda change: _rank(change.subject))
    return TermChanges(before=term_summary(before, currency), after=term_summary(after, currency), items=found)


def term_summary(term: ams.Term, currency: str) -> TermSummary:
    """A term's dates and price."""
    return TermSummary(effective=term.effective, expiration=term.expiration, premium=money(term.premium, currency))


def _compare(was: Facts, now: Facts) -> Iterator[Change]:
    for key, (told, amount, of) in now.items():
        earlier = was[key][1] if key in was else None
        if key not in was and (not of or of in was):
            yield told.model_copy(update={"after": amount})
        elif key in was and earlier != amount and None not in (earlier, amount):
            yield told.model_copy(update={"how": "changed", "before": earlier, "after": amount})
    for key, (told, amount, of) in was.items():
        if key not in now and (not of or of in now):
            yield told.model_copy(update={"how": "removed", "before": amount})


def _facts(term: ams.Term) -> Facts:
    facts, names = Facts(), names_of(term)
    if term.premium is not None:
        facts.note(_new("premium"), (), term.premium)
    for vehicle in term.vehicles:
        name = vehicle_name(vehicle)
        of = facts.note(_new("vehicle", name), (_plain(vehicle.vin or name or vehicle.id),))
        _note_coverages(facts, vehicle.coverages, {"": name}, of)
    for location in term.locations:
        name = location_name(location)
        place = f"{location.street} {location.building}" if location.street else name
        of = facts.note(_new("location", name), (_plain(place),))
        _note_coverages(facts, location.coverages, {"": name}, of)
    for driver in term.drivers:
        facts.note(_new("excluded_driver" if driver.excluded else "driver", driver.name), (_plain(driver.name),))
    for interest in term.interests:
        nature = nature_of(interest.nature)
        facts.note(_new("interest", interest.name, nature), (nature, _plain(interest.name)))
    _note_coverages(facts, term.coverages, {**names, "": ""}, ())
    for each in term.discounts:
        told = _new("surcharge" if each.surcharge else "discount", each.description, item=names.get(each.item, ""))
        facts.note(told, (_plain(each.code or each.description), told.item), each.amount)
    return facts


def _note_coverages(facts: Facts, given: Iterable[ams.Coverage], names: Mapping[str, str], of: Key) -> None:
    for each in given:
        told = _new("coverage", each.description, each.code, names.get(each.item, "") or names[""])
        coverage = facts.note(told, (each.code or _plain(each.description), _plain(told.item)), of=of)
        for limit in each.limits:
            limited = told.model_copy(update={"subject": "limit", "basis": limit.basis})
            facts.note(limited, (_plain(limit.basis),), limit.amount, coverage)
        for one in each.deductibles:
            percent = one.amount is None
            borne = told.model_copy(update={"subject": "deductible", "basis": one.basis, "percent": percent})
            facts.note(borne, (_plain(one.basis), str(percent)), one.percent if percent else one.amount, coverage)


def _new(subject: Subject, name: str = "", code: str = "", item: str = "") -> Change:
    return Change(subject=subject, how="added", name=name, code=code, item=item)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _rank(subject: Subject) -> int:
    return ORDER.index(subject) if subject in ORDER else len(ORDER)
