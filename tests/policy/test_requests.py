"""Requests of insureds: checked, kept once, talked about, and seen by nobody whom they do not concern."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.kinds import BadRequest, NotFound, ReadOnly, SignInRequired
from contracts.policy.acknowledgement import TEXTS, VERSION
from contracts.policy.policies import GetHomePolicies
from contracts.policy.requests import (
    AcknowledgementNeeded,
    GetRequest,
    ListRequests,
    LooksWrong,
    SentBefore,
    TooManyRequests,
    WriteMessage,
)
from kit.ids import new_id
from services.documents.id_cards import vins as on_cards
from services.policy.requests import conversation, making, vins
from tests import stack
from tests.locking import WAITING

from .asking import NEW_VEHICLE, VIN, Desk, asked, desk
from .conftest import day, tell_account
from .holders import logged, portal_events, tasks

__all__ = ["desk"]


async def test_a_request_is_kept_with_what_was_acknowledged_and_told(desk: Desk) -> None:
    policy = await desk.with_policy()
    made = await desk.make({**NEW_VEHICLE, "policy": policy}, language="es")
    assert (made.status, made.open, made.made_by, made.mine) == ("sent", True, "Pat Rivera", True)
    assert (made.policy_number, made.subject) == ("PA-100", "2024 Toyota RAV4")
    assert (made.form["garaging_state"], made.warnings) == ("TX", {})
    assert (made.acknowledged, made.acknowledged_version) == (TEXTS[VERSION]["es"], VERSION)
    assert datetime.now(UTC) - made.acknowledged_at < timedelta(minutes=1)
    ((what, told),) = await portal_events(desk.book)
    assert (what, told["request"], told["request_kind"]) == ("request.made", str(made.id), "vehicle-add")
    assert (told["account"], told["policy"], told["form"]["vin"]) == ("A1", "P1", VIN)
    assert (told["acknowledged_version"], told["acknowledged_language"]) == (VERSION, "es")
    assert await logged(desk.book) == ["request-made"]
    assert [(one.action, one.about) for one in (await tasks(desk.book)).items] == [("request-made", made.id)]
    (at_home,) = (await desk.ask(GetHomePolicies())).requests
    assert at_home.id == made.id


async def test_a_correction_is_told_as_one(desk: Desk) -> None:
    form = {"kind": "contact-correction", "whose": "mine", "field": "email", "correct": "pat.new@example.com"}
    made = await desk.make(form)
    ((what, told),) = await portal_events(desk.book)
    assert (what, told["request"], told["correct"]) == ("contact.correction-asked", str(made.id), "pat.new@example.com")
    assert made.subject == "pat.new@example.com"
    assert await logged(desk.book) == ["contact-correction-asked"]


async def test_requests_in_words_of_ones_own_are_told_apart_by_how_they_begin(desk: Desk) -> None:
    policy = await desk.with_policy()
    change = {"kind": "policy-change-personal", "policy": policy, "effective_on": day(5), "about": "deductible"}
    for form in ({"kind": "general"}, change):
        made = await desk.make({**form, "details": "Is a\r\ntrailer covered?"})
        assert made.subject == "Is a trailer covered?"
        assert len((await desk.make({**form, "details": "Longer " * 40})).subject) <= 80
        assert (await desk.make({**form, "details": "x" * 81})).subject == f"{'x' * 79}…"


async def test_without_the_acknowledgement_nothing_is_kept(desk: Desk) -> None:
    for version in ("", "2020-01"):
        with pytest.raises(AcknowledgementNeeded) as refused:
            await desk.make(acknowledged=version)
        assert refused.value.facts["version"] == VERSION
    assert (await desk.ask(ListRequests())).items == []


async def test_sending_twice_makes_one_request_and_other_words_are_not_lost_silently(desk: Desk) -> None:
    wanted = asked()
    first, second = await asyncio.gather(desk.ask(wanted), desk.ask(wanted))
    assert first.id == second.id
    with pytest.raises(SentBefore) as refused:
        await desk.ask(asked({"kind": "general", "details": "Something else"}, submission=wanted.submission))
    assert refused.value.facts["request"] == str(first.id)
    assert len((await desk.ask(ListRequests())).items) == len(await portal_events(desk.book)) == 1


async def test_what_cannot_be_meant_is_refused_with_its_place(desk: Desk) -> None:
    policy = await desk.with_policy()
    wrong: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"policy": str(new_id())}, "policy", "policy"),
        ({"effective_on": day(800)}, "effective_on", "far"),
        ({"ownership": "leased"}, "lienholder", "missing"),
        ({"year": 2099}, "year", "future"),
        ({"kind": "vehicle-replace", "vehicle": "99"}, "vehicle", "unknown"),
        ({"kind": "vehicle-remove", "vehicle": "99", "reason": "sold"}, "vehicle", "unknown"),
        ({"kind": "driver-remove", "driver": "Nobody", "reason": "moved"}, "driver", "unknown"),
    )
    for changes, field, reason in wrong:
        with pytest.raises(BadRequest) as refused:
            await desk.make({**NEW_VEHICLE, "policy": policy, **changes})
        assert (refused.value.facts["pointer"], refused.value.facts["reason"]) == (f"/form/{field}", reason)
    assert (await desk.ask(ListRequests())).items == []


async def test_a_policy_that_has_ended_is_only_for_general_requests(desk: Desk) -> None:
    policy = await desk.with_policy(effective=day(-400), expiration=day(-35))
    with pytest.raises(BadRequest) as refused:
        await desk.make({**NEW_VEHICLE, "policy": policy})
    assert refused.value.facts["reason"] == "ended"
    made = await desk.make({"kind": "general", "details": "A question about it", "policy": policy})
    assert made.policy_number == "PA-100"


async def test_a_wrong_vin_and_a_past_day_are_pointed_out_and_not_refused(desk: Desk) -> None:
    policy = await desk.with_policy()
    form = {**NEW_VEHICLE, "policy": policy, "vin": "1pxdemab0mp700100", "effective_on": day(-2)}
    with pytest.raises(LooksWrong) as doubted:
        await desk.make(form, certain=False)
    assert doubted.value.facts["warnings"] == {"vin": "vin_wrong", "effective_on": "past"}
    made = await desk.make(form)
    assert made.warnings == {"vin": "vin_wrong", "effective_on": "past"}


def test_vins_are_judged_as_on_id_cards() -> None:
    tried = [VIN, VIN.replace("X", "0", 1), VIN[:16], VIN + "1", VIN.replace("M", "O"), "11111111111111111"]
    for vin in tried:
        for year in (1975, 2021):
            on_card = on_cards.problem(vin, year) if year > 1980 else None
            assert vins.doubt(vin, year) == on_card


async def test_another_contact_of_the_account_sees_it_and_nobody_else(desk: Desk) -> None:
    made = await desk.make()
    seen = await desk.ask(GetRequest(request=made.id), sub=new_id())
    assert (seen.id, seen.mine, seen.made_by) == (made.id, False, "Pat Rivera")
    other = new_id()
    await tell_account(desk.book.ops, desk.book.agency, other, "A2", "Other household")
    for request in (
        GetRequest(request=made.id),
        WriteMessage(request=made.id, submission=new_id(), text="Mine?"),
        GetRequest(request=new_id()),
    ):
        with pytest.raises(NotFound):
            await desk.ask(request, account=other)
    assert (await desk.ask(ListRequests(), account=other)).items == []
    assert (await desk.ask(GetRequest(request=made.id))).messages == []


async def test_a_read_only_view_sees_everything_and_writes_nothing(desk: Desk) -> None:
    made = await desk.make()
    looking = {"read_only": True}
    assert (await desk.ask(GetRequest(request=made.id), **looking)).id == made.id
    assert (await desk.ask(ListRequests(), **looking)).open == 1
    for request in (asked(), WriteMessage(request=made.id, submission=new_id(), text="No")):
        with pytest.raises(ReadOnly):
            await desk.ask(request, **looking)
    with pytest.raises(SignInRequired):
        await desk.staff(asked())


async def test_messages_are_kept_once_and_open_what_was_settled(desk: Desk) -> None:
    made = await desk.make()
    message = WriteMessage(request=made.id, submission=new_id(), text="One more thing\nand another")
    await desk.ask(message)
    again = await desk.ask(message)
    assert [(one.text, one.name, one.mine) for one in again.messages] == [(message.text, "Pat Rivera", True)]
    with pytest.raises(SentBefore):
        await desk.ask(WriteMessage(request=made.id, submission=message.submission, text="Other words"))
    for status, becomes in (("waiting-for-you", "in-progress"), ("done", "sent"), ("declined", "sent")):
        await desk.book.logins.fetch("UPDATE requests SET status = $1", status)
        after = await desk.ask(WriteMessage(request=made.id, submission=new_id(), text=f"After {status}"))
        assert (after.status, after.messages[-1].status) == (becomes, becomes)
    assert [what for what, _ in await portal_events(desk.book)] == ["request.made"] + ["request.replied"] * 4


async def test_nobody_floods_the_agency(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "A_DAY", 2)
    monkeypatch.setattr(conversation, "A_DAY", 2)
    made, _ = [await desk.make() for _ in range(2)]
    with pytest.raises(TooManyRequests) as refused:
        await desk.make()
    assert 86_000 < refused.value.facts["retry_after"] <= 86_400
    await desk.ask(asked(), sub=new_id())  # somebody else of the household
    written = [WriteMessage(request=made.id, submission=new_id(), text=text) for text in ("one", "two", "three")]
    for message in written[:2]:
        await desk.ask(message)
    with pytest.raises(TooManyRequests) as refused:
        await desk.ask(written[2])
    assert 86_000 < refused.value.facts["retry_after"] <= 86_400
    said = (await desk.ask(written[1])).messages  # sent again by a page that had no answer
    assert [one.text for one in said] == ["one", "two"]


async def test_two_messages_at_once_do_not_become_one_too_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "A_DAY", 1)
    book, made = desk.book, [await desk.make() for _ in range(2)]
    one, other = (WriteMessage(request=request.id, submission=new_id(), text="Please") for request in made)
    who = stack.principal(book.agency, book.account, sub=desk.contact)
    database = book.logins.open()
    async with database.transaction(book.agency, book.account) as tx:
        await conversation.write(one, "Pat Rivera", who, book.account, tx)
        asking = asyncio.create_task(desk.ask(other))
        await stack.eventually(lambda: asking.done() or book.logins.value(WAITING))
    await database.close()
    with pytest.raises(TooManyRequests):
        await asking


async def test_the_list_pages_open_ones_first(desk: Desk) -> None:
    made = [await desk.make() for _ in range(4)]
    await desk.book.logins.fetch("UPDATE requests SET status = 'done' WHERE id = $1", made[3].id)
    first = await desk.ask(ListRequests(limit=3))
    rest = await desk.ask(ListRequests(limit=3, cursor=first.cursor))
    assert [one.id for one in first.items] == [made[2].id, made[1].id, made[0].id]
    assert ([one.id for one in rest.items], rest.cursor, rest.open) == ([made[3].id], None, 3)
    assert [one.id for one in (await desk.ask(ListRequests(status="closed"))).items] == [made[3].id]
