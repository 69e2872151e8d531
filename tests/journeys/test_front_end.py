"""The same portal over the JSON API, for front ends of an agency's own: content, and problems with stable codes."""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ops.demo.people import RIVERA

from .conftest import Arrive
from .front_end import FrontEnd
from .household import Household
from .portal import until

pytestmark = [pytest.mark.stack]


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:portico:problem:{found['code']}"
    assert found["title"] and len(found["trace"]) == 32
    return found


async def test_front_end_signs_in_shows_home_issues_a_card_and_signs_out(front_end: FrontEnd) -> None:
    async with front_end.signed_in("jordan.rivera@example.com") as client:
        me = (await client.get("/api/v1/me")).json()
        assert (me["contact"]["name"], me["contact"]["role"]) == ("Jordan Rivera", "second")
        home = (await client.get("/api/v1/home")).json()
        assert {policy["line"] for policy in home["policies"]["active"]} == {"AUTOP", "HOME", "PUMBR"}
        every = (await client.get("/api/v1/policies", params={"status": "all", "sort": "number"})).json()
        assert len(every["items"]) == 4
        auto = next(policy for policy in home["policies"]["active"] if policy["line"] == "AUTOP")
        policy = (await client.get(f"/api/v1/policies/{auto['id']}")).json()
        assert [vehicle["vin"] for vehicle in policy["insured_vehicles"]] == [
            car.vin for car in RIVERA.policies[0].cars
        ]
        assert policy["premium"] == {"amount": policy["premium"]["amount"], "currency": "USD"}
        options = (await client.get("/api/v1/id-cards")).json()["items"]
        assert [option["available"] for option in options if option["policy"] == auto["id"]] == [True, True]

        chosen = {"policy": auto["id"], "vehicle": options[0]["vehicle"]}
        issued = await client.post("/api/v1/id-cards", json=chosen)
        assert issued.status_code == 201
        document = issued.json()["document"]
        again = await client.post("/api/v1/id-cards", json=chosen)
        assert again.json()["document"]["id"] == document["id"]  # the same facts, the same card
        content = await client.get(f"/api/v1/documents/{document['id']}/content")
        assert content.content.startswith(b"%PDF")
        assert sha256(content.content).hexdigest() == document["sha256"]
        part = await client.get(f"/api/v1/documents/{document['id']}/content", headers={"range": "bytes=0-3"})
        assert (part.status_code, part.content) == (206, b"%PDF")

        to = "somebody.else@example.com"
        emailed = await client.post(f"/api/v1/documents/{document['id']}/email", json={"to": to})
        assert (emailed.status_code, emailed.json()) == (202, {"sent_to": "s•••@e•••.com"})
        letter = await front_end.mailbox.after(to, [])
        assert await front_end.mailbox.sha256_of(letter["attachments"][0]) == document["sha256"]

        assert (await client.delete("/api/v1/session")).status_code == 204
        assert problem(await client.get("/api/v1/me"))["code"] == "sign_in_required"


async def test_front_end_chooses_an_account_and_the_token_before_it_is_worth_nothing(front_end: FrontEnd) -> None:
    session = await front_end.session("morgan.diaz@example.com")
    assert (session["next"], len(session["accounts"])) == ("account", 2)
    business = next(account for account in session["accounts"] if account["name"] == "Diaz Electric LLC")
    client, old = front_end.client, {"authorization": f"Bearer {session['token']}"}
    assert problem(await client.get("/api/v1/home", headers=old))["code"] == "sign_in_required"
    foreign = await client.post("/api/v1/session/account", json={"account": str(uuid4())}, headers=old)
    assert problem(foreign)["code"] == "not_found"

    chosen = await client.post("/api/v1/session/account", json={"account": business["id"]}, headers=old)
    assert (chosen.status_code, chosen.json()["next"]) == (200, "home")
    front_end.seen.sessions.add(chosen.json()["token"])
    new = {"authorization": f"Bearer {chosen.json()['token']}"}
    me = (await client.get("/api/v1/me", headers=new)).json()
    assert (me["account"], me["accounts"]) == (business, 2)
    again = await client.post("/api/v1/session/account", json={"account": business["id"]}, headers=old)
    assert problem(again)["code"] == "sign_in_required"


async def test_refusals_are_problems_with_a_code(front_end: FrontEnd, arrive: Arrive) -> None:
    family = await arrive(Household(mobile=True))
    client = front_end.client
    unknown = problem(await front_end.start("nobody.at.all@example.com"))
    assert unknown["code"] == "email_not_found"
    assert unknown["title"] == "This email address is not found. Please contact your agent directly."
    assert problem(await client.get("/api/v1/home"))["code"] == "sign_in_required"
    assert problem(await client.get("/api/v1/nothing"))["code"] == "not_found"
    assert problem(await client.post("/api/v1/demo/sign-in", content=b"{"))["code"] == "bad_request"
    assert problem(await client.post("/api/v1/nobody/sign-in", json={"email": family.email}))["code"] == "not_found"

    started = await front_end.begun(family.email)
    before = await front_end.mailbox.sent_to(family.email)
    way = started["channels"][0]["id"]
    await client.post(f"/api/v1/demo/sign-in/{started['sign_in']}/code", json={"channel": way})
    right = await front_end.mailbox.code_after(family.email, before)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    told = [problem(await front_end.verify(started["sign_in"], wrong)) for _ in range(5)]
    assert [each.get("attempts_left") for each in told] == [4, 3, 2, 1, None]
    assert [each["code"] for each in told] == ["code_wrong"] * 4 + ["code_over"]
    over = await front_end.verify(started["sign_in"], right)
    assert (over.status_code, problem(over)["code"]) == (410, "code_over")

    async with front_end.signed_in("nora.york@example.com") as nora:
        options = (await nora.get("/api/v1/id-cards")).json()["items"]
        assert [option["reason"] for option in options] == ["carrier_card_only"]
        chosen = {"policy": options[0]["policy"], "vehicle": options[0]["vehicle"]}
        refused = problem(await nora.post("/api/v1/id-cards", json=chosen))
        assert (refused["status"], refused["code"], refused["reason"]) == (409, "id_card_refused", "carrier_card_only")
        assert problem(await nora.get(f"/api/v1/policies/{uuid4()}"))["code"] == "not_found"
        assert problem(await nora.get(f"/api/v1/documents/{uuid4()}/content"))["code"] == "not_found"
        assert problem(await nora.post("/api/v1/id-cards", json={"policy": 7}))["code"] == "bad_request"


async def test_fourth_code_at_once_has_to_wait(front_end: FrontEnd, arrive: Arrive) -> None:
    family = await arrive(Household())  # whose arrival has cost one code already

    async def told_to_slow_down() -> httpx.Response | None:
        answer = await front_end.start(family.email)
        return answer if answer.status_code != 200 else None

    answers = await asyncio.gather(*(front_end.start(family.email) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    slow = await until(told_to_slow_down)
    assert slow is not None
    assert (slow.status_code, problem(slow)["code"]) == (429, "slow_down")
    assert 0 < int(slow.headers["retry-after"]) <= 15 * 60

    async def all_there() -> bool:
        return len(await front_end.mailbox.sent_to(family.email)) == 3

    await until(all_there)
