"""Passkeys in a browser: made after signing in, used instead of an address and a code, and demanded by the agency."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.identity.authenticator import Authenticator

from .conftest import Arrive, OpenBrowser
from .front_end import FrontEnd
from .household import Household
from .portal import Portal
from .visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.stack]

HELLO = "Hello, Ada"
USE = "Sign in with a passkey"


async def with_authenticator(page: Page) -> Any:
    """Gives the tab a phone's authenticator, whose user is always there; returns the line to it."""
    line = await page.context.new_cdp_session(page)
    await line.send("WebAuthn.enable")
    phone = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await line.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    return line


async def add_passkey(page: Page, url: str, name: str) -> None:
    await page.goto(f"{url}/demo/sign-in-methods")
    await page.get_by_role("link", name="Add a passkey").click()
    await page.get_by_label("A name for it, if you like").fill(name)
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_text("The passkey was added.")).to_be_visible()


async def test_a_passkey_is_made_used_renamed_and_removed(arrive: Arrive, visitor: Visitor) -> None:
    family = await arrive(Household())
    page = await visitor.page("/demo")
    await with_authenticator(page)
    await visitor.sign_in(family.email, page)
    before = await visitor.mailbox.sent_to(family.email)
    await add_passkey(page, visitor.url, "Blue phone")
    assert (await visitor.mailbox.after(family.email, before))["subject"] == "A passkey was added to your sign-in"
    await page.get_by_role("button", name="Exit").click()

    await page.goto(f"{visitor.url}/demo/sign-in")
    await page.get_by_role("button", name=USE).click()
    await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()  # no address, no code
    await page.goto(f"{visitor.url}/demo/sign-in-methods")
    entry = page.get_by_role("listitem").filter(has_text="Blue phone")
    await expect(entry).to_contain_text("Last used")
    await entry.get_by_text("Rename").click()
    await entry.get_by_label("New name").fill("Green phone")
    await entry.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The passkey has its new name.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("Remove.*Green phone")).click()
    await expect(page.get_by_text("The passkey was removed.")).to_be_visible()
    await page.get_by_role("button", name="Exit").click()

    await page.goto(f"{visitor.url}/demo/sign-in")
    await page.get_by_role("button", name=USE).click()
    await expect(page.get_by_role("alert")).to_contain_text("This passkey could not be used.")


async def test_a_browser_without_passkeys_is_told_kindly_and_signs_in_as_ever(
    arrive: Arrive, open_browser: OpenBrowser
) -> None:
    family = await arrive(Household())
    plain = await open_browser(java_script_enabled=False)
    page = await plain.page("/demo/sign-in")
    await expect(page.get_by_role("button", name=USE)).to_have_count(0)
    await plain.sign_in(family.email, page)
    await page.goto(f"{plain.url}/demo/sign-in-methods/passkeys/new")
    await expect(page.get_by_text("This browser cannot make a passkey")).to_be_visible()
    await expect(page.get_by_role("button", name="Make a passkey")).to_have_count(0)


async def test_an_agency_that_asks_for_a_passkey_gets_one_before_anything_else(
    arrive: Arrive, portal: Portal, visitor: Visitor, open_browser: OpenBrowser
) -> None:
    family = await arrive(Household())
    changed = await portal.run("agency", "set", "demo", "--passkeys", "required")
    assert changed.status == 0, changed.err
    try:
        page = await visitor.page("/demo")
        await with_authenticator(page)
        await visitor.sign_in(family.email, page)
        await expect(page.get_by_role("heading", name="Make a passkey")).to_be_visible()
        await page.goto(f"{visitor.url}/demo/policies")
        await expect(page.get_by_role("heading", name="Make a passkey")).to_be_visible()
        await page.get_by_role("button", name="Make a passkey").click()
        await expect(page.get_by_role("heading", name=HELLO)).to_be_visible()

        thief = await open_browser()  # has the mailbox, and no passkey
        other = await thief.sign_in(family.email)
        await expect(other.get_by_role("heading", name="Sign in with your passkey")).to_be_visible()
        await other.goto(f"{thief.url}/demo/")
        await expect(other.get_by_role("heading", name="Sign in with your passkey")).to_be_visible()
        await expect(other).to_have_url(re.compile("/sign-in/passkey/first$"))
    finally:
        changed = await portal.run("agency", "set", "demo", "--passkeys", "offered")
        assert changed.status == 0, changed.err


async def test_a_front_end_makes_and_uses_one_over_the_api(arrive: Arrive, portal: Portal, front_end: FrontEnd) -> None:
    family = await arrive(Household(mobile=True))
    device = Authenticator(origin=portal.url)
    async with front_end.signed_in(family.email) as ada:
        begun = (await ada.post("/api/v1/passkeys/options")).json()
        made = await ada.post(
            "/api/v1/passkeys", json={"credential": json.loads(device.make(begun["options"])), "name": "App"}
        )
        assert made.status_code == 201, made.text
        listed = (await ada.get("/api/v1/passkeys")).json()["items"]
        assert [one["name"] for one in listed] == ["App"]
        begun = (await ada.post("/api/v1/demo/sign-in/passkey/options")).json()
        front_end.seen.sign_ins.add(begun["sign_in"])
        answered = {"sign_in": begun["sign_in"], "credential": json.loads(device.prove(begun["options"]))}
        signed_in = await ada.post("/api/v1/demo/sign-in/passkey", json=answered)
        assert signed_in.status_code == 200 and signed_in.json()["next"] == "home", signed_in.text
        front_end.seen.sessions.add(signed_in.json()["token"])
        again = await ada.post("/api/v1/demo/sign-in/passkey", json=answered)
        assert (again.status_code, again.json()["code"]) == (401, "passkey_refused")
        assert (await ada.get("/api/v1/devices")).json() == {"items": []}
        renamed = await ada.patch(f"/api/v1/passkeys/{listed[0]['id']}", json={"name": "My app"})
        removed = await ada.delete(f"/api/v1/passkeys/{listed[0]['id']}")
        assert (renamed.status_code, removed.status_code) == (204, 204)
        wrong = {"user_name": "nobody", "password": "not this one, surely"}
        refused = await ada.post("/api/v1/demo/sign-in/password", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "password_wrong")
        sent = await ada.post("/api/v1/demo/sign-in/password/reset", json={"user_name": "nobody"})
        front_end.seen.sign_ins.add(sent.json()["sign_in"])
        weak = {"sign_in": sent.json()["sign_in"], "code": "000000", "password": "passwordpassword"}
        told = await ada.post("/api/v1/demo/sign-in/password/new", json=weak)
        assert (told.status_code, told.json()["reason"]) == (422, "repeated")
