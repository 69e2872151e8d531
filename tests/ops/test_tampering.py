"""Tampering with a chain: at every place and of every kind it is found, by its links or by a signed head."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.identity.activities import Link
from ops.audit.chain import START, Check, digest_of
from ops.audit.heads import Head

ENTRIES = 50
AGENCY = UUID(int=7)
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
Tampering = Callable[[list[Link], int], list[Link]]


def made(count: int) -> list[Link]:
    """A chain as it was recorded."""
    links: list[Link] = []
    for number in range(1, count + 1):
        link = Link(
            agency=AGENCY,
            number=number,
            at=BEGUN + timedelta(seconds=number),
            what="signed-in",
            doer={"kind": "contact", "id": str(number), "name": "Pat Rivera", "address": ""},
            account=UUID(int=number),
            contact=None,
            facts={"by": "otp email"},
            previous=links[-1].hash if links else START,
            hash="",
        )
        links.append(link.model_copy(update={"hash": digest_of(link)}))
    return links


CHAIN = made(ENTRIES)
HEADS = [
    Head(agency=str(AGENCY), slug="oakhill", number=link.number, hash=link.hash, at="then", known=True)
    for link in (CHAIN[19], CHAIN[-1])
]


def found(links: list[Link], *heads: Head, head: Link | None = CHAIN[-1]) -> list[int]:
    """The entries at which something is wrong; `head` is what the database says is the last one."""
    check = Check(heads)
    wrong = [finding.number for finding in check.follow(links)]
    ends = check.end(head.number, head.hash) if head else check.end(0, "")
    return wrong + [finding.number for finding in ends]


def edited(field: str, value: object) -> Tampering:
    def tamper(links: list[Link], place: int) -> list[Link]:
        return [link.model_copy(update={field: value}) if link.number == place else link for link in links]

    return tamper


def numbered(links: list[Link]) -> list[Link]:
    return [link.model_copy(update={"number": number}) for number, link in enumerate(links, 1)]


def rehashed(links: list[Link], begin: int, end: int = 2**60) -> list[Link]:
    """What somebody does who knows how the chain is made."""
    made_anew: list[Link] = []
    for link in links:
        if begin <= link.number <= end:
            moved = link.model_copy(update={"previous": made_anew[-1].hash if made_anew else START})
            made_anew.append(moved.model_copy(update={"hash": digest_of(moved)}))
        else:
            made_anew.append(link)
    return made_anew


def swapped(links: list[Link], place: int) -> list[Link]:
    other = place % ENTRIES + 1
    here, there = links[place - 1], links[other - 1]
    moved = {
        place: there.model_copy(update={"number": place}),
        other: here.model_copy(update={"number": other}),
    }
    return [moved.get(link.number, link) for link in links]


EDITS: dict[str, Tampering] = {
    "agency": edited("agency", UUID(int=8)),
    "time": edited("at", BEGUN),
    "what": edited("what", "signed-out"),
    "doer": edited("doer", {"kind": "contact", "id": "1", "name": "Sam Lee", "address": ""}),
    "no account": edited("account", None),
    "contact": edited("contact", UUID(int=1)),
    "facts": edited("facts", {}),
    "previous": edited("previous", "ab" * 32),
    "hash": edited("hash", "ab" * 32),
    "no hash": edited("hash", ""),
    "a hash that is none": edited("previous", "nothing"),
    "moved away": lambda links, place: (
        numbered([*links[: place - 1], *links[place:], links[place - 1]])
        if place < ENTRIES
        else [*links[:-2], links[-1], links[-2]]
    ),
    "deleted": lambda links, place: [link for link in links if link.number != place],
    "deleted, others moved up": lambda links, place: numbered([link for link in links if link.number != place]),
    "inserted": lambda links, place: numbered([*links[:place], links[place - 1], *links[place:]]),
    "inserted with a right hash": lambda links, place: rehashed(
        numbered([*links[:place], links[place - 1], *links[place:]]), place + 1, place + 1
    ),
    "swapped": swapped,
    "cut off": lambda links, place: links[: place - 1],
    "put in behind the end": lambda links, place: [*links, links[place - 1].model_copy(update={"number": ENTRIES + 1})],
    "edited with a right hash": lambda links, place: rehashed(edited("facts", {})(links, place), place, place),
}


@pytest.mark.parametrize("tamper", EDITS.values(), ids=EDITS)
def test_every_kind_is_found_at_every_place(tamper: Tampering) -> None:
    missed = [place for place in range(1, ENTRIES + 1) if not found(tamper(CHAIN, place))]
    assert missed == []


def test_a_chain_that_was_made_anew_is_found_by_the_next_signed_head_alone() -> None:
    for place in range(1, ENTRIES + 1):
        anew = rehashed(edited("facts", {})(CHAIN, place), place)
        assert found(anew, head=anew[-1]) == []  # that is what heads are for
        assert found(anew, *HEADS, head=anew[-1]) == [head.number for head in HEADS if head.number >= place]


def test_a_chain_that_was_cut_off_with_its_head_is_found_by_signed_heads_alone() -> None:
    for left in range(ENTRIES):
        cut = CHAIN[:left]
        head = cut[-1] if cut else None
        assert found(cut, head=head) == []
        assert found(cut, *HEADS, head=head) == [left + 1 for one in HEADS if one.number > left]


def test_an_untouched_chain_is_as_recorded_in_whatever_parts_it_is_read() -> None:
    for size in (1, 7, 64, ENTRIES):
        check = Check(HEADS)
        parts = (CHAIN[begin : begin + size] for begin in range(0, ENTRIES, size))
        assert [finding for part in parts for finding in check.follow(part)] == []
        assert list(check.end(CHAIN[-1].number, CHAIN[-1].hash)) == []


def test_of_ten_thousand_entries_every_one_that_was_tampered_with_is_named() -> None:
    links, chance = made(10_000), random.Random(2026)
    places = sorted(chance.sample(range(2, 10_000, 3), 1_500))  # apart, so that each has to be named itself

    def tampered() -> Iterator[Link]:
        for link in links:
            if link.number not in places_set:
                yield link
            elif chance.random() < 0.8:
                yield edited(*chance.choice([("what", "x"), ("facts", {}), ("hash", "00" * 32)]))([link], link.number)[
                    0
                ]

    places_set = set(places)
    check = Check()
    assert {finding.number for finding in check.follow(tampered())} >= places_set
