"""The guide for AMS vendors: its examples are events that are accepted, and its programs do what it says."""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from nats.aio.client import Client

from contracts import ams
from contracts.held_removals import FEWEST, FEWEST_OF_ALL
from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.systems import AddSystemOf
from contracts.portal_events import PORTAL_EVENTS
from contracts.principal import Scope
from contracts.streams import ams_durable
from gateway import app
from gateway.console import feed_words
from kit.admin import start_web
from kit.bus import Asker, feed_events
from kit.bus.sweeps import AT_ONCE
from kit.migrating.streams import apply_ams_consumer
from ops.demo.load import demo_events
from ops.demo.vins import check_digit
from ops.stack.nats import NatsServer
from ops.stack.ports import free_port
from services.identity.app import open_parts
from services.identity.handlers import service
from services.identity.settings import IdentitySettings
from services.policy.freshness import PROMISED
from services.policy.statuses import WORDS, status_of
from services.policy.webhooks.signing import headers_of, new_secret
from tests import stack
from tests.gateway.conftest import settings_for as gateway_settings
from tests.house.tree import ROOT
from tests.stack import AMS_PASSWORD

PAGES = [ROOT / "docs" / "ams-guide.md", *sorted((ROOT / "docs" / "ams").glob("*.md"))]
GUIDE = "\n".join(page.read_text() for page in PAGES)
JSON = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
PUBLISH, HEAR, VERIFY = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
CALLS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
INBOUND = [event for event in JSON if event["type"].startswith("ams.")]
PORTAL = {event.type_name(): event for event in PORTAL_EVENTS}


@pytest.mark.parametrize("event", INBOUND, ids=lambda event: event["type"])
def test_every_example_is_an_event_that_the_feed_accepts(event: dict[str, Any]) -> None:
    kind = ams.TYPES[event["type"]][0]
    assert feed_events.parse(f"ams.demo.{kind}", json.dumps(event).encode()).ams_id == event.get("subject", "")
    if event.get("data"):  # and every field in it is one that we know
        known = ams.model_of(event["type"]).model_validate(event["data"])
        assert known.model_dump(mode="json", exclude_unset=True).keys() == event["data"].keys()
        assert not known.model_extra


def test_who_tries_one_example_after_the_other_is_refused_none() -> None:
    told = [json.loads(body) for call in CALLS for body in re.findall(r"-d '(.*?)'", call, re.DOTALL)]
    first = [event for body in told for event in (body if isinstance(body, list) else [body])]
    program: dict[str, Any] = {}
    exec("".join(re.findall(r"^EVENT = \{.*?^\}", PUBLISH, re.MULTILINE | re.DOTALL)), program)
    order = {name: place for place, name in enumerate(("events.md", "order.md", "holders.md"))}
    shown = [
        event
        for page in sorted(PAGES, key=lambda page: order.get(page.name, len(order)))
        for event in map(json.loads, re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL))
    ]
    every = [*first, program["EVENT"], *shown]
    assert len({event["id"] for event in every}) == len(every)  # else an alarm
    refused = re.findall(r'`"refused":.*?"id":"([^"]+)"', GUIDE, re.DOTALL)[0]
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for event in every:
        if not event["type"].startswith("ams.") or "sequence" not in event or event["id"] == refused:
            continue
        before = newest.get(key := (event["type"].split(".")[1], event["subject"]))
        newer = before is None or int(event["sequence"]) > int(before["sequence"])
        assert newer or ("snapshot" in event and before is not None and event["data"] == before["data"]), event["id"]
        newest[key] = event


def test_there_is_an_example_of_every_kind_a_deletion_and_a_refusal() -> None:
    shown = {event["type"] for event in JSON}
    assert shown >= {f"ams.{kind}.upserted.v1" for kind in ams.ENTITIES} | set(ams.SIGNALS)
    assert any(event["type"].endswith(".deleted.v1") for event in INBOUND)
    for event in JSON:
        if event not in INBOUND:
            PORTAL[event["type"]].model_validate(event["data"], strict=False)
    vehicle = next(event for event in INBOUND if event["type"] == "ams.policy.upserted.v1")["data"]["vehicles"][0]
    assert check_digit(vehicle["vin"]) == vehicle["vin"][8]


def test_its_facts_are_those_of_the_code() -> None:
    assert f"{ams.MAX_EVENT_BYTES:,} bytes" in GUIDE
    assert ams_durable("<agency>") in GUIDE
    assert f"within {PROMISED}\nhours" in GUIDE and AgencyDetails.model_fields["feed_hours"].default == PROMISED
    assert f"at least {FEWEST} entities" in GUIDE and f"where {FEWEST_OF_ALL} or more" in GUIDE
    assert f"More than {AT_ONCE:,} of a kind go in parts" in GUIDE
    accounts = [line for line in demo_events(date(2026, 11, 22)) if '"ams.account.' in line]
    assert len(accounts) > FEWEST  # so that nothing goes of the demo agency's, as the guide says
    listed = re.search(r"is your own word: (.*?) are understood", GUIDE, re.DOTALL)
    assert listed is not None
    words = [word.strip() for word in re.split(r",| and ", listed[1].replace("\n", " "))]
    assert {status_of(word) for word in words} == set(WORDS.values())
    for kind in ams.KINDS:
        assert f"`ams.<agency>.{kind}`" in GUIDE
    for event in PORTAL_EVENTS:
        assert f"`portal.<agency>.{event.what}`" in GUIDE


def test_its_pages_find_one_another() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    assert {f"ams/{page.name}" for page in PAGES[1:]} == set(re.findall(r"\| \[(ams/[^]]+)\]", PAGES[0].read_text()))


def test_its_table_has_every_reason_for_a_refusal() -> None:
    files = [*(ROOT / "kit" / "bus").glob("*.py"), *(ROOT / "services").rglob("*.py")]
    source = "".join(path.read_text() for path in files)
    reasons = set(re.findall(r'Bad(?:Event|Message)\(\s*"([a-z_]+)"', source)) | {"not_json", "envelope"}
    named = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"(?m)^\| (`[a-z_`, ]+)", GUIDE))))
    assert reasons - named == {"unknown_agency"}  # which nobody could be told
    assert reasons - feed_words.REFUSALS.keys() == {"unknown_agency"}  # and staff read each in words of its own


def test_it_verifies_a_webhook_as_it_says() -> None:
    program: dict[str, Any] = {}
    exec(VERIFY, program)
    secret, body = new_secret(), b'{"id": "1"}'
    headers = headers_of("1", int(time.time()), body, [new_secret(), secret])
    verified = program["verified"]
    assert verified(headers, body, secret)
    assert not verified(headers, body + b" ", secret) and not verified(headers, body, new_secret())
    assert not verified(headers_of("1", int(time.time()) - 600, body, [secret]), body, secret)


async def test_its_calls_publish_an_event_and_a_batch(
    nats_server: NatsServer, ops_client: Client, clone: Callable[[str], Awaitable[stack.Logins]]
) -> None:
    logins, port = await clone("identity"), free_port()
    gateway = await stack.connect(nats_server, "gateway")
    own = gateway_settings(nats_server, public_url=f"http://localhost:{port}")
    async with (
        stack.running(service, stack.identity_settings(nats_server, logins), open_parts, IdentitySettings),
        app.open_web(own, gateway, Asker(gateway)) as door,
        contextlib.AsyncExitStack() as opened,
    ):
        await start_web(opened, door, f"127.0.0.1:{port}")
        details = AgencyDetails(slug="oakhill", name="Oak Hill", phone="512-555-0100", email="us@oakhill.example")
        await Asker(ops_client).ask(AddAgency(details=details))
        system = AddSystemOf(agency="oakhill", name="ams", scopes=(Scope.AMS_PUBLISH,))
        made = await Asker(ops_client).ask(system)
        login = {"PORTICO_CLIENT_ID": made.system.client_id, "PORTICO_CLIENT_SECRET": made.client_secret}
        script = await asyncio.create_subprocess_exec(
            *("sh", "-eu", "-c", "\n".join(CALLS)),
            env={**os.environ, **login, "PORTAL": f"http://localhost:{port}", "NO_PROXY": "localhost"},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(script.communicate(), 60)
    await gateway.close()
    one, batch = re.fullmatch(r"(\{.*?\})(\{.*\})", out.decode().replace("\n", "")).groups()  # type: ignore[union-attr]
    assert json.loads(one) == {"accepted": 1, "refused": []}
    assert json.loads(batch)["accepted"] == 1
    shown = re.search(r'`"refused":(\[.*?\])`', GUIDE, re.DOTALL)
    assert shown is not None and json.loads(batch)["refused"] == json.loads(shown[1])
    stored = [
        await ops_client.jetstream().get_last_msg("AMS", f"ams.oakhill.{kind}") for kind in ("account", "contact")
    ]
    assert [json.loads(message.data or b"")["subject"] for message in stored] == ["A-7001", "C-7001-1"]


async def run(program: str, server: NatsServer) -> str:
    """What a program prints, as the system of the agency oakhill."""
    login = {
        "PORTICO_NATS_URL": server.url,
        "PORTICO_NATS_USER": "ams_oakhill",
        "PORTICO_NATS_PASSWORD": AMS_PASSWORD,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        env={**os.environ, **login},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complaints.decode()
    return out.decode()


async def test_its_first_program_publishes_an_event_that_is_accepted(
    nats_server: NatsServer, ops_client: Client
) -> None:
    assert re.fullmatch(r"stored as number \d+\n", await run(PUBLISH, nats_server))
    stored = await ops_client.jetstream().get_last_msg("AMS", "ams.oakhill.account")
    assert feed_events.parse("ams.oakhill.account", stored.data or b"").ams_id == "A-7001"


async def test_its_second_program_hears_a_refusal_once(nats_server: NatsServer, ops_client: Client) -> None:
    await apply_ams_consumer(ops_client, "oakhill")
    refusal = next(event for event in JSON if event["type"] == "portal.event.refused.v1")
    await ops_client.jetstream().publish("portal.oakhill.event.refused", json.dumps(refusal).encode())
    heard = await run(HEAR, nats_server)
    assert heard.startswith("portal.event.refused.v1 ") and '"pointer": "/data/effective"' in heard
    await stack.eventually(lambda: stack.unsettled(ops_client, "PORTAL", ams_durable("oakhill")), 0)
