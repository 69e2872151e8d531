"""The guide for AMS vendors: its examples are events that are accepted, and its programs do what it says."""

import asyncio
import json
import os
import re
import sys
from typing import Any

import pytest
from nats.aio.client import Client

from contracts import ams
from contracts.portal_events import PORTAL_EVENTS
from contracts.streams import ams_durable
from kit.bus import feed_events
from kit.migrating.streams import apply_ams_consumer
from ops.demo.vins import check_digit
from ops.stack.nats import NatsServer
from services.documents.id_card_reasons import STALE_AFTER
from services.policy.statuses import WORDS, status_of
from tests.house.tree import ROOT
from tests.stack import AMS_PASSWORD

GUIDE = (ROOT / "docs" / "ams-guide.md").read_text()
JSON = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
PROGRAMS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
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
    assert STALE_AFTER.days == 3 and "three days" in GUIDE
    listed = re.search(r"is your own word: (.*?) are understood", GUIDE, re.DOTALL)
    assert listed is not None
    words = [word.strip() for word in re.split(r",| and ", listed[1].replace("\n", " "))]
    assert {status_of(word) for word in words} == set(WORDS.values())
    for kind in ams.KINDS:
        assert f"`ams.<agency>.{kind}`" in GUIDE
    for event in PORTAL_EVENTS:
        assert f"`portal.<agency>.{event.what}`" in GUIDE


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
    assert re.fullmatch(r"stored as number \d+\n", await run(PROGRAMS[0], nats_server))
    stored = await ops_client.jetstream().get_last_msg("AMS", "ams.oakhill.account")
    assert feed_events.parse("ams.oakhill.account", stored.data or b"").ams_id == "A-7001"
    assert (stored.headers or {})["Nats-Msg-Id"] == "oakhill/my-ams/8f14-1"


async def test_its_second_program_hears_a_refusal_once(nats_server: NatsServer, ops_client: Client) -> None:
    await apply_ams_consumer(ops_client, "oakhill")
    refusal = next(event for event in JSON if event["type"] == "portal.event.refused.v1")
    await ops_client.jetstream().publish("portal.oakhill.event.refused", json.dumps(refusal).encode())
    heard = await run(PROGRAMS[1], nats_server)
    assert heard.startswith("portal.event.refused.v1 ") and '"pointer": "/data/effective"' in heard
    info = await ops_client.jsm().consumer_info("PORTAL", ams_durable("oakhill"))
    assert (info.num_pending, info.num_ack_pending) == (0, 0)
