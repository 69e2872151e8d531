"""Requests' pages: what a form sends, what comes back beside its fields, and that nothing typed is lost."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.kinds import BadRequest, Unavailable
from contracts.policy.acknowledgement import TEXTS, VERSION
from contracts.policy.requests import LooksWrong, MakeRequest, SentBefore, TooManyRequests, WriteMessage
from gateway.requests import forms

from . import portal_samples as samples
from .browsing import fields, send
from .request_samples import RECORD, VEHICLE
from .services import World

NEW = f"/demo/requests/new/vehicle-add?policy={samples.POLICY.id}"
TYPED = {**{name: str(value) for name, value in VEHICLE.items()}, "policy": str(samples.POLICY.id)}


async def filled(browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
    """The answer to the form of a new vehicle, filled in and acknowledged."""
    page = await browser.get(NEW)
    values = {**fields(page), **TYPED, "acknowledged": VERSION, **changes}
    return await send(browser, page, values, "/demo/requests")


async def test_every_form_opens_in_both_languages_with_its_acknowledgement(insured: httpx.AsyncClient) -> None:
    for language in ("en", "es"):
        insured.cookies.set("language", language, domain="localhost.local")
        for kind in forms.SECTIONS:
            policy = f"?policy={samples.POLICY.id}" if kind in forms.NEEDS_POLICY else ""
            page = await insured.get(f"/demo/requests/new/{kind}{policy}")
            assert page.status_code == 200, kind
            assert TEXTS[VERSION][language] in page.text  # type: ignore[index]
    assert (await insured.get("/demo/requests/new/free-lunch")).status_code == 404


async def test_a_form_without_a_policy_lets_one_be_chosen(insured: httpx.AsyncClient) -> None:
    page = await insured.get("/demo/requests/new/policy-change-personal")
    assert "Which policy is it about?" in page.text and f"?policy={samples.AUTO['id']}" in page.text


async def test_a_form_is_sent_with_what_was_read_and_leads_to_the_request(
    insured: httpx.AsyncClient, world: World
) -> None:
    answer = await filled(insured, vin=" 4s4btafc 0r3100000 ")
    assert answer.headers["location"] == f"/demo/requests/{RECORD.id}"
    (sent,) = world.requested
    assert isinstance(sent, MakeRequest)
    assert (sent.acknowledged, sent.language, sent.certain) == (VERSION, "en", False)
    assert sent.form.model_dump()["vin"] == "4S4BTAFC0R3100000"
    assert "No coverage is changed until the agency confirms." in (await insured.get("/demo/requests")).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": "soon"}, "Please enter a number."),
        ({"year": "3021"}, "This number cannot be right."),
        ({"make": "  "}, "Please fill this in."),
        ({"ownership": "borrowed"}, "Please choose one."),
        ({"effective_on": "next week"}, "Please enter a date."),
        ({"garaging_zip": "7870"}, "Please enter five digits."),
        ({"garaging_state": "Te"}, "Please enter the two letters of a state"),
        ({"policy": "of-somebody"}, "Please choose one of your policies."),
        ({"acknowledged": ""}, "Please confirm that no coverage is changed until your agency confirms."),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_there_again(
    insured: httpx.AsyncClient, world: World, changes: dict[str, str], said: str
) -> None:
    page = await filled(insured, notes="Keep <this> & that", **changes)
    assert (page.status_code, world.requested) == (400, [])
    assert said in page.text and "Error:" in page.text
    assert "Keep &lt;this&gt; &amp; that" in page.text and 'value="Outback"' in page.text
    assert page.text.count("told bad") == 1


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"make": "", "garaging_zip": "7"}, "make"),
        ({"garaging_zip": "7", "acknowledged": ""}, "garaging_zip"),
        ({"acknowledged": ""}, "acknowledged"),
    ],
)
async def test_a_form_that_comes_back_opens_at_the_first_field_that_is_wrong(
    insured: httpx.AsyncClient, changes: dict[str, str], name: str
) -> None:
    page = await filled(insured, **changes)
    assert re.findall(r'<\w+ id="(\w+)"[^>]* autofocus', page.text) == [name]
    assert "autofocus" not in (await insured.get(NEW)).text


async def test_a_field_that_is_needed_in_some_cases_is_not_called_optional(insured: httpx.AsyncClient) -> None:
    for kind, name in (
        ("vehicle-add", "lienholder"),
        ("driver-add", "licence_state"),
        ("certificate-wording", "notice_days"),
        ("contact-correction", "person"),
    ):
        page = (await insured.get(f"/demo/requests/new/{kind}?policy={samples.POLICY.id}")).text
        assert re.findall(rf'<label for="{name}">[^<]*(<[^>]*>)', page) == ["</label>"], kind
        assert f'id="{name}-hint"' in page


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (BadRequest(pointer="/form/lienholder", problem="", reason="missing"), 400, "Please fill this in."),
        (TooManyRequests(retry_after=9), 429, "You have sent a lot today."),
        (Unavailable(retry_after=1), 503, "not available right now"),
    ],
)
async def test_what_the_owner_refuses_costs_nobody_what_was_typed(
    insured: httpx.AsyncClient, world: World, refusal: Any, status: int, said: str
) -> None:
    world.refuse[MakeRequest] = refusal
    page = await filled(insured, notes="Every word of it")
    assert page.status_code == status
    assert said in page.text and "Every word of it" in page.text
    assert fields(page)["submission"]


async def test_a_doubt_is_shown_once_and_sent_the_second_time(insured: httpx.AsyncClient, world: World) -> None:
    world.refuse[MakeRequest] = LooksWrong(warnings={"vin": "vin_wrong"})
    page = await filled(insured)
    assert page.status_code == 409 and "This VIN does not check out." in page.text and "Send it as it is" in page.text
    world.refuse.clear()
    again = {**TYPED, **fields(page), "acknowledged": VERSION}
    await send(insured, page, again, "/demo/requests")
    await send(insured, page, {**again, "vin": "1PXDEMABXMP700100"}, "/demo/requests")
    assert [one.certain for one in world.requested] == [True, False]  # another VIN is another doubt
    assert len({one.submission for one in world.requested}) == 1


async def test_a_form_that_was_sent_before_leads_to_what_it_became(insured: httpx.AsyncClient, world: World) -> None:
    world.refuse[MakeRequest] = SentBefore(request=str(RECORD.id))
    assert (await filled(insured)).headers["location"] == f"/demo/requests/{RECORD.id}"


async def test_a_message_that_cannot_be_sent_stays_in_its_field(insured: httpx.AsyncClient, world: World) -> None:
    page = await insured.get(f"/demo/requests/{RECORD.id}")
    to = f"/demo/requests/{RECORD.id}/messages"
    values = {"submission": fields(page)["submission"], "text": "Leased,\r\nnot financed"}
    world.refuse[WriteMessage] = TooManyRequests(retry_after=9)
    refused = await send(insured, page, values, to)
    assert refused.status_code == 429 and "Leased,\nnot financed</textarea>" in refused.text
    world.refuse.clear()
    assert (await send(insured, page, {**values, "text": " "}, to)).status_code == 400
    assert (await send(insured, page, values, to)).headers["location"] == f"/demo/requests/{RECORD.id}"
    assert world.requested[-1].text == "Leased,\nnot financed"


async def test_front_ends_ask_by_json(insured: httpx.AsyncClient, world: World) -> None:
    token = {"Authorization": f"Bearer {world.sign_in()}"}
    listed = (await insured.get("/api/v1/requests", headers=token)).json()
    assert listed["acknowledgement"]["version"] == VERSION and listed["open"] == 2
    body = {"form": {**VEHICLE}, "acknowledged": VERSION}
    made = await insured.post("/api/v1/requests", json=body, headers=token)
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/requests/{RECORD.id}")
    wrong = await insured.post("/api/v1/requests", json={**body, "form": {**VEHICLE, "year": "soon"}}, headers=token)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_request")
    assert wrong.json()["pointer"].endswith("/year")
    to = f"/api/v1/requests/{RECORD.id}/messages"
    assert (await insured.post(to, json={"text": "Leased"}, headers=token)).status_code == 201
    assert (await insured.get(f"/api/v1/requests/{uuid4()}", headers=token)).status_code == 404
    viewed = {"Authorization": f"Bearer {world.sign_in(read_only=True)}"}
    refused = await insured.post("/api/v1/requests", json=body, headers=viewed)
    assert (refused.status_code, refused.json()["code"]) == (403, "read_only")
