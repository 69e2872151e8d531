"""Activity: a person sees what was done, signs out a lost phone, agrees to something, and takes a copy of it all."""

import json

import httpx
import pytest
from playwright.async_api import expect

from .agency_system import AgencySystem
from .conftest import Arrive, OpenBrowser
from .front_end import FrontEnd
from .household import Household
from .portal import Portal, until
from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


async def test_person_sees_what_was_done_and_signs_out_a_lost_phone(
    portal: Portal, either_visitor: Visitor, open_browser: OpenBrowser, arrive: Arrive
) -> None:
    family = await arrive(Household())
    phone = await (await open_browser(user_agent=PHONE)).sign_in(family.email)
    await expect(phone.get_by_role("heading", name="Hello")).to_be_visible()

    page = await either_visitor.sign_in(family.email)
    await page.get_by_role("link", name="Activity").first.click()
    await expect(page.get_by_text("Signed in with a code by e-mail")).to_have_count(2)
    devices = page.get_by_role("region", name="Where you are signed in")
    await expect(devices.get_by_text("This device")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out : Safari on iPhone").click()
    await expect(page.get_by_text("That device is signed out.")).to_be_visible()
    await expect(devices.get_by_role("listitem")).to_have_count(1)
    await expect(page.get_by_text("Signed out another device")).to_be_visible()

    await phone.goto(f"{portal.url}/demo/policies")
    await expect(phone).to_have_url(f"{portal.url}/demo/sign-in?next=/policies")


async def test_person_agrees_to_paperless_documents_and_takes_a_copy_of_everything(
    portal: Portal, either_visitor: Visitor, arrive: Arrive, system: AgencySystem
) -> None:
    family = await arrive(Household())
    page = await either_visitor.sign_in(family.email)
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await page.goto(f"{portal.url}/demo/activity")
    consents = page.get_by_role("region", name="What you agree to")
    await expect(consents.get_by_text("There is no mobile number on file for you.")).to_be_visible()
    await consents.get_by_role("button", name="I agree").click()
    await expect(page.get_by_text("Thank you. This is noted.")).to_be_visible()
    await expect(consents.get_by_text("Agreed", exact=True)).to_be_visible()
    await expect(page.get_by_text("Agreed to documents by e-mail instead of paper")).to_be_visible()

    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Download a copy").click()
    copy = json.loads((await (await coming.value).path()).read_text())
    assert (await coming.value).suggested_filename.startswith("demo-")
    assert copy["profile"]["contact"]["email"] == family.email
    assert [policy["number"] for policy in copy["policies"]] == [family.policy_number]
    assert {consent["kind"]: consent["given"] for consent in copy["consents"]} == {"sms": False, "e-delivery": True}
    assert {"consent-changed", "signed-in"} <= {entry["what"] for entry in copy["activity"]}
    await page.reload()
    await expect(page.get_by_text("Downloaded a copy of this account's data")).to_be_visible()

    await consents.get_by_role("button", name="Stop this").click()
    await expect(page.get_by_text("Stopped documents by e-mail instead of paper")).to_be_visible()


async def test_what_is_done_with_documents_stands_in_the_activity(front_end: FrontEnd, arrive: Arrive) -> None:
    family = await arrive(Household())
    async with front_end.signed_in(family.email) as api:
        options = (await api.get("/api/v1/id-cards")).json()["items"]
        wanted = {name: options[0][name] for name in ("policy", "vehicle")}
        document = (await api.post("/api/v1/id-cards", json=wanted)).json()["document"]
        for _ in range(3):
            await api.get(f"/api/v1/documents/{document['id']}/content")
        await api.get(f"/api/v1/documents/{document['id']}/content?download=1")
        await api.post(f"/api/v1/documents/{document['id']}/email", json={})

        async def done() -> list[str] | None:
            entries = (await api.get("/api/v1/activity")).json()["items"]
            acts = [entry["what"] for entry in entries if document["title"] == entry["facts"].get("title")]
            return acts if len(acts) >= 4 else None

        found = await until(done, step=0.1)
        wanted_acts = ["document-downloaded", "document-emailed", "document-opened", "id-card-issued"]
        assert sorted(found or []) == wanted_acts


async def test_front_end_lists_and_ends_sessions_and_changes_consents(front_end: FrontEnd, arrive: Arrive) -> None:
    family = await arrive(Household(mobile=True))
    other = await front_end.sign_in(family.email)
    async with front_end.signed_in(family.email) as api:
        sessions = (await api.get("/api/v1/sessions")).json()["items"]
        assert [one["here"] for one in sessions] == [True, False]
        assert (await api.delete(f"/api/v1/sessions/{sessions[1]['id']}")).status_code == 204
        answer = await api.delete(f"/api/v1/sessions/{sessions[1]['id']}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

        async def refused() -> bool:
            headers = {"authorization": f"Bearer {other}"}
            async with httpx.AsyncClient(base_url=api.base_url, headers=headers, timeout=20) as ended:
                return (await ended.get("/api/v1/me")).status_code == 401

        assert await until(refused)
        assert (await api.delete("/api/v1/sessions")).json() == {"count": 0}

        (sms,) = [one for one in (await api.get("/api/v1/consents")).json()["items"] if one["kind"] == "sms"]
        body = {"consent": "sms", "given": True, "version": sms["version"]}
        answer = await api.put("/api/v1/consents", json=body)
        assert [one["given"] for one in answer.json()["items"] if one["kind"] == "sms"] == [True]
        answer = await api.put("/api/v1/consents", json=body | {"version": "2001-01"})
        assert (answer.status_code, answer.json()["code"]) == (409, "consent_text_changed")
        holder = {"name": "Harbor Bank", "street": "1 Quay", "city": "Austin", "state": "TX", "postal_code": "78701"}
        assert (await api.post("/api/v1/certificate-holders", json=holder)).status_code == 201
        copy = await api.get("/api/v1/export")
        assert copy.headers["content-disposition"].startswith("attachment;")
        assert copy.json()["profile"]["contact"]["email"] == family.email
        assert [one["name"] for one in copy.json()["certificate_holders"]] == ["Harbor Bank"]
        assert copy.json()["payments"] == (await api.get("/api/v1/payments")).json()["items"]
        assert (await api.get("/api/v1/demo/activity")).status_code == 401  # the agency's own list
