"""The agency's inbox: found, seen, answered and given to somebody, by staff and by the agency's system."""

from typing import Any

import pytest

from contracts.ams import RequestProgress
from contracts.identity.telling import TellPeople
from contracts.kinds import BadRequest, NotAllowed, NotFound, SignInRequired
from contracts.policy.request_inbox import (
    AnswerRequest,
    AssignRequest,
    GetInboxRequest,
    ListInbox,
    SeeRequest,
)
from contracts.policy.requests import GetRequest, SentBefore, WriteMessage
from contracts.principal import Kind, Scope
from kit.ids import new_id
from tests import stack

from .asking import Desk, desk
from .holders import _all, logged, portal_events, tasks

__all__ = ["desk"]


def answer(request: Any, **changes: Any) -> AnswerRequest:
    return AnswerRequest(request=request, submission=new_id(), **changes)


async def told(desk: Desk) -> list[dict[str, Any]]:
    """What identity was left to tell people, in order."""
    await portal_events(desk.book)
    jobs = [one for one in await _all(desk.book, "JOBS") if one.subject == TellPeople.subject]
    found = [TellPeople.model_validate_json(one.data).model_dump() for one in jobs]
    return sorted(found, key=lambda one: one["at"])  # the relay keeps no order


async def test_an_answer_reaches_the_insured_and_settles_the_task(desk: Desk) -> None:
    made = await desk.make()
    await desk.staff(SeeRequest(request=made.id))
    assert (await desk.ask(GetRequest(request=made.id))).status == "seen"
    wanted = answer(made.id, text="Which day do you mean?", status="waiting-for-you")
    first, again = await desk.staff(wanted), await desk.staff(wanted)
    assert first.messages == again.messages and len(again.messages) == 2
    with pytest.raises(SentBefore):
        await desk.staff(wanted.model_copy(update={"text": "Other words"}))
    seen = await desk.ask(GetRequest(request=made.id))
    assert (seen.status, seen.messages[-1].text, seen.messages[-1].name) == (
        "waiting-for-you",
        "Which day do you mean?",
        "Alex Agent",
    )
    await desk.ask(WriteMessage(request=made.id, submission=new_id(), text="Monday"))
    assert {one.action for one in (await tasks(desk.book)).items} == {"request-made", "request-replied"}
    await desk.staff(answer(made.id, status="done"))
    assert (await tasks(desk.book)).open == 0
    events = await portal_events(desk.book)
    assert [(what, data.get("status")) for what, data in events] == [
        ("request.made", None),
        ("request.replied", "waiting-for-you"),
        ("request.replied", "in-progress"),
        ("request.changed", "done"),
    ]
    assert await logged(desk.book) == ["request-made", "request-answered", "request-replied", "request-answered"]
    mailed = await told(desk)
    assert [(one["action"], one["by"], one["facts"].get("status")) for one in mailed] == [
        ("request-made", "contact", None),
        ("request-answered", "staff", "waiting-for-you"),
        ("request-replied", "contact", None),
        ("request-answered", "staff", "done"),
    ]
    assert all(one["contact"] == desk.contact and one["facts"]["about"] == str(made.id) for one in mailed)
    assert "Monday" not in str(mailed) and "Which day" not in str(mailed)


async def test_nothing_to_say_is_refused_and_the_same_status_is_no_news(desk: Desk) -> None:
    made = await desk.make()
    with pytest.raises(BadRequest):
        await desk.staff(answer(made.id))
    await desk.staff(answer(made.id, status="in-progress"))
    again = await desk.staff(answer(made.id, status="in-progress"))
    assert len(again.messages) == 1


async def test_the_inbox_finds_filters_and_pages(desk: Desk) -> None:
    policy = await desk.with_policy()
    old = await desk.make({"kind": "general", "details": "About the 100 % question", "policy": policy})
    new = await desk.make({"kind": "contact-correction", "whose": "mine", "field": "name", "correct": "Patricia"})
    settled = await desk.make()
    await desk.staff(answer(settled.id, status="declined"))

    async def found(**changes: Any) -> list[Any]:
        return [one.id for one in (await desk.staff(ListInbox(**changes))).items]

    assert await found() == [old.id, new.id]  # the longest waiting first
    assert await found(status="all") == [new.id, old.id, settled.id]
    assert await found(status="declined") == [settled.id]
    assert await found(form="contact-correction") == [new.id]
    assert await found(q="100 %") == await found(q="pa-100") == [old.id]
    assert await found(q="rivera HOUSE") == [old.id, new.id]
    assert await found(q="' OR true --") == await found(account=new_id()) == []
    given = await desk.staff(AssignRequest(request=old.id, member=desk.agent))
    assert (given.assigned_name, await found(assigned="me")) == ("Alex Agent", [old.id])
    assert await found(assigned="nobody") == [new.id]
    page = await desk.staff(ListInbox(limit=1))
    assert (page.open, page.fresh) == (2, 2)
    assert await found(limit=1, cursor=page.cursor) == [new.id]
    assert (await desk.staff(AssignRequest(request=old.id))).assigned is None
    with pytest.raises(NotFound):
        await desk.staff(AssignRequest(request=old.id, member=new_id()))


async def test_another_agency_and_an_insured_have_no_inbox(desk: Desk) -> None:
    made = await desk.make()
    for request in (GetInboxRequest(request=made.id), SeeRequest(request=made.id), answer(made.id, text="x")):
        with pytest.raises(SignInRequired):
            await desk.ask(request)
        with pytest.raises(NotFound):
            await desk.staff(request, agency=new_id())
    system = {"kind": Kind.SYSTEM, "role": None, "scopes": (Scope.AMS_PUBLISH,)}
    with pytest.raises(NotAllowed):
        await desk.staff(ListInbox(), **system)
    system["scopes"] = (Scope.AGENCY_ADMIN,)
    said = await desk.staff(answer(made.id, text="On it", name="Dana of the office"), **system)
    assert (said.messages[-1].by, said.messages[-1].name) == ("system", "Dana of the office")


def progress(request: Any, **changes: Any) -> dict[str, Any]:
    return RequestProgress(portal_id=str(request), **changes).model_dump(mode="json")


async def test_the_agencys_system_answers_each_reply_once_and_the_newest_status_wins(desk: Desk) -> None:
    made = await desk.make()
    first = {"id": "n1", "text": "We have it", "name": "Dana"}
    second = {"id": "n2", "text": "It is done", "name": "Dana"}
    await desk.book.publish("request", "T1", 3, progress(made.id, status="done", replies=[second]))
    await desk.book.publish("request", "T1", 2, progress(made.id, status="in-progress", replies=[first]))
    await desk.book.publish("request", "T1", 4, progress(made.id, status="done", replies=[first, second]))
    seen = await desk.ask(GetRequest(request=made.id))
    assert (seen.status, seen.open) == ("done", False)
    assert sorted(one.text for one in seen.messages if one.text) == ["It is done", "We have it"]
    assert {one.by for one in seen.messages} == {"ams"}
    assert [one["by"] for one in await told(desk)] == ["contact", "ams", "ams", "ams"]
    assert [what for what, _ in await portal_events(desk.book)] == ["request.made"]  # it knows its own answers
    assert (await tasks(desk.book)).open == 0


async def test_a_status_of_staff_stays_until_the_agencys_system_has_another_one(desk: Desk) -> None:
    made = await desk.make()
    await desk.book.publish("request", "T1", 1, progress(made.id, status="in-progress"))
    await desk.staff(answer(made.id, status="waiting-for-you"))
    await desk.book.publish("request", "T1", 2, progress(made.id, status="in-progress"))
    assert (await desk.ask(GetRequest(request=made.id))).status == "waiting-for-you"
    await desk.book.publish("request", "T1", 3, progress(made.id, status="declined"))
    await desk.book.publish("request", "T1", 4, None)  # its own entry is gone; the request is not
    assert (await desk.ask(GetRequest(request=made.id))).status == "declined"


async def test_an_answer_to_nothing_waits_in_quarantine_and_the_others_are_applied(desk: Desk) -> None:
    made = await desk.make()
    body = stack.cloud_event("request", "T9", 1, progress(new_id(), status="done"))
    await desk.book.ops.jetstream().publish("ams.oakhill.request", body)
    await desk.book.publish("request", "T1", 1, progress(made.id, status="done"))

    async def refused() -> bool:
        return bool(await desk.book.logins.value("SELECT count(*) FROM quarantine WHERE code = 'unknown_request'"))

    await stack.eventually(refused)
    assert (await desk.ask(GetRequest(request=made.id))).status == "done"
    told = [data["pointer"] for what, data in await portal_events(desk.book) if what == "event.refused"]
    assert told == ["/data/portal_id"]
