"""Events that can never be applied: in quarantine at once with the reason, told to the AMS, and in nobody's way."""

import json

import pytest

from tests.kit.book import CARRIER, FEED, kept, quarantined, reader, send, settled
from tests.stack import cloud_event, running, settings_for

POISON = {
    "no-json": (b"{", "not_json", ""),
    "no-text": (b"\xff\xfe\x00", "not_json", ""),
    "no-object": (b"[]", "not_json", ""),
    "deep": (b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}", "not_json", ""),
    "half-a-character": (b'{"id": "\\ud800", "specversion": "1.0"}', "not_json", ""),
    "no-envelope": (b"{}", "envelope", "/specversion"),
    "other-version": (cloud_event("carrier", "P", 1, CARRIER, specversion="0.3"), "envelope", "/specversion"),
    "unknown-type": (cloud_event("carrier", "P", 1, CARRIER, type="ams.boat.upserted.v1"), "unknown_type", "/type"),
    "other-subject": (cloud_event("policy", "P", 1, CARRIER), "wrong_subject", "/type"),
    "no-order": (cloud_event("carrier", "P", None, CARRIER), "no_order", "/sequence"),
    "no-entity": (cloud_event("carrier", "", 1, CARRIER), "envelope", "/subject"),
    "no-name": (cloud_event("carrier", "P", 1, {"phone": "555-0100"}), "schema", "/data/name"),
    "nul-in-a-key": (
        cloud_event("carrier", "P", 1, {**CARRIER, "company_numbers": {"\x00": "1"}}),
        "schema",
        None,
    ),
    "nul-in-an-unknown-place": (cloud_event("carrier", "P\0", 1, {}), "schema", "/data/name"),
}


@pytest.mark.parametrize("name", POISON)
async def test_poison_is_quarantined_with_the_reason_and_told(nats_server, ops_client, book, oakhill, name) -> None:
    body, code, pointer = POISON[name]
    await send(oakhill, cloud_event("carrier", "before", 1, CARRIER))
    await send(oakhill, body)
    await send(oakhill, cloud_event("carrier", "behind", 1, CARRIER))
    told = await ops_client.jetstream().subscribe("portal.oakhill.event.refused", stream="PORTAL")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
        assert await kept(book) == ["before", "behind"]
        (row,) = await quarantined(book)
        assert (row["code"], row["consumer"], row["agency"]) == (code, FEED, "oakhill")
        assert row["deliveries"] == 1
        assert row["body"] == body
        if pointer is not None:
            assert row["pointer"] == pointer
        message = await told.next_msg(timeout=25)
        event = json.loads(message.data)
    assert event["type"] == "portal.event.refused.v1"
    assert event["data"]["quarantine"] == str(row["id"])
    assert event["data"]["problem"] == row["problem"]
