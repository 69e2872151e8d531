"""An agency's events over HTTP: stored on the bus before the answer, the wrong ones named, nobody else's taken."""

import gzip
import json
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts import ams
from contracts.principal import Kind, Scope
from gateway import feed
from tests import stack

from .conftest import BASE
from .services import OTHER, World

EVENTS = "/api/v1/demo/ams/events"
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


def account(ams_id: str = "A-1", **changes: Any) -> dict[str, Any]:
    data = {"name": "Rivera household", "number": "1001"}
    return {**json.loads(stack.cloud_event("account", ams_id, 1, data)), **changes}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus may take its time on a busy machine: that is not what is tested."""
    monkeypatch.setattr(feed, "TIMEOUT", 60.0)


@pytest.fixture
def system(world: World) -> dict[str, str]:
    """The header of a system that may publish."""
    token = world.sign_in(account=None, kind=Kind.SYSTEM, scopes=(Scope.AMS_PUBLISH,))
    return {"Authorization": f"Bearer {token}", "Content-Type": ONE}


@pytest_asyncio.fixture
async def stream(ops_client: Client) -> Client:
    """The bus, with nothing on it."""
    await stack.empty_streams(ops_client)
    return ops_client


async def stored(client: Client) -> list[tuple[str, dict[str, Any]]]:
    state = (await client.jsm().stream_info("AMS")).state
    found = [await client.jsm().get_msg("AMS", number) for number in range(state.first_seq, state.last_seq + 1)]
    return [(message.subject or "", json.loads(message.data or b"")) for message in found]


async def subjects(client: Client) -> list[str]:
    """Of what is stored; the events of a batch are stored side by side, so in no order."""
    return sorted(event["subject"] for _, event in await stored(client))


async def test_an_event_is_on_the_bus_when_it_is_accepted(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    event = account(snapshot="S", unknown={"kept": "as it came"})
    answer = await visitor.post(EVENTS, json=event, headers=system)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "refused": []})
    assert await stored(stream) == [("ams.demo.account", event)]


async def test_of_a_batch_the_good_ones_are_stored_and_the_others_named(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    bad = account("A-2", data={"number": "7"})
    batch = [account("A-1"), bad, "no event", account("A-3", type="ams.boat.upserted.v1"), account("A-4")]
    answer = await visitor.post(EVENTS, json=batch, headers={**system, "Content-Type": BATCH})
    assert answer.status_code == 202
    refused = answer.json()["refused"]
    assert answer.json()["accepted"] == 2
    assert [(each["index"], each["pointer"]) for each in refused] == [(1, "/data/name"), (2, ""), (3, "/type")]
    assert refused[0]["id"] == bad["id"]
    assert await subjects(stream) == ["A-1", "A-4"]


async def test_an_id_that_is_used_twice_reaches_whoever_compares_what_it_says(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    first = account("A-1")
    second = account("A-1", id=first["id"], sequence="2")
    answer = await visitor.post(EVENTS, json=[first, second], headers={**system, "Content-Type": BATCH})
    assert answer.json() == {"accepted": 2, "refused": []}
    assert sorted((event["sequence"] for _, event in await stored(stream))) == ["1", "2"]


@pytest.mark.parametrize("lines", [None, 2], ids=["spaces", "lines"])
async def test_an_event_is_stored_to_the_byte_as_it_was_sent_so_that_by_the_other_door_it_is_a_repeat(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str], lines: int | None
) -> None:
    events = [account(data={"number": "7", "name": "[Núñez], \\u0041"}), account("A-2"), account("A-3")]
    sent = [json.dumps(event, indent=lines, ensure_ascii=bool(lines)) for event in events]
    answer = await visitor.post(EVENTS, content=f"\n {sent[0]}\r\n".encode(), headers=system)
    assert answer.json()["accepted"] == 1, answer.text
    batch = f" [\n{sent[1]} ,\t{sent[2]}\n] "
    answer = await visitor.post(EVENTS, content=batch.encode("utf-16"), headers={**system, "Content-Type": BATCH})
    assert answer.json()["accepted"] == 2, answer.text
    first = (await stream.jsm().stream_info("AMS")).state.first_seq
    found = [(await stream.jsm().get_msg("AMS", first + number)).data for number in range(3)]
    assert sorted(found) == sorted(event.encode() for event in sent)


EVERY: dict[str, dict[str, Any]] = {
    "account": {"name": "Rivera household", "number": "1001"},
    "contact": {"account": "A-1", "role": "primary", "last_name": "Rivera"},
    "carrier": {"name": "Quillfeather Mutual"},
    "policy": {
        **{"account": "A-1", "carrier": "C-1", "number": "1", "line": "AUTOP", "status": "Active"},
        **{"effective": "2026-09-01", "expiration": "2027-03-01"},
    },
    "receipt": {"account": "A-1", "number": "1", "received_on": "2026-09-02", "amount": "1.00"},
    "certificate": {
        **{"account": "A-1", "holder": "H-1", "issued_on": "2026-11-02"},
        "lines": [
            {"policy": "P-1", "line": "CGL", "number": "1", "effective": "2026-03-01", "expiration": "2027-03-01"}
        ],
    },
    "certificate-master": {"account": "A-1", "name": "Any", "lines": [{"policy": "P-1", "line": "CGL"}]},
    "certificate-holder": {"account": "A-1", "name": "Harbor Street Properties LLC"},
    "document": {"account": "A-1", "title": "Declarations", "size": 1, "sha256": "0" * 64},
    "request": {"portal_id": "01a20259-8866-7d2b-b7aa-88ac26c627e7"},
}


async def test_every_kind_is_taken_alone_and_in_a_batch_and_each_goes_to_its_own_subject(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    told = [(kind, json.loads(stack.cloud_event(kind, f"X-{kind}", 2, data))) for kind, data in EVERY.items()]
    gone = [(kind, json.loads(stack.cloud_event(kind, f"X-{kind}", 3, None))) for kind in EVERY]
    beat = {**json.loads(stack.cloud_event("feed", "", 1, {})), "type": "ams.feed.heartbeat.v1"}
    started = {**json.loads(stack.cloud_event("snapshot", "S", 1, {})), "type": "ams.snapshot.started.v1"}
    ended = {**json.loads(stack.cloud_event("snapshot", "S", 1, {"counts": {}})), "type": "ams.snapshot.ended.v1"}
    every = [*told, *gone, ("feed", beat), ("snapshot", started), ("snapshot", ended)]
    assert {event["type"] for _, event in every} == set(ams.TYPES)
    for _, event in every:
        answer = await visitor.post(EVENTS, json=event, headers=system)
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "refused": []})
    assert await stored(stream) == [(f"ams.demo.{kind}", event) for kind, event in every]
    again = [(kind, {**event, "id": f"again {event['id']}"}) for kind, event in every]
    as_batch = {**system, "Content-Type": BATCH}
    answer = await visitor.post(EVENTS, json=[event for _, event in again], headers=as_batch)
    assert (answer.status_code, answer.json()) == (202, {"accepted": len(every), "refused": []})
    found = (await stored(stream))[len(every) :]
    assert sorted(found, key=str) == sorted(((f"ams.demo.{kind}", event) for kind, event in again), key=str)


async def test_a_batch_of_a_thousand_fits_and_a_body_without_a_system_does_not(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str], world: World
) -> None:
    batch = [account(f"A-{number}") for number in range(1000)]
    as_batch = {**system, "Content-Type": BATCH}
    assert (await visitor.post(EVENTS, json=batch, headers=as_batch)).json()["accepted"] == 1000
    assert (await stream.jsm().stream_info("AMS")).state.messages == 1000
    insured = {**as_batch, "Authorization": f"Bearer {world.sign_in()}"}
    assert (await visitor.post(EVENTS, json=batch, headers=insured)).status_code == 413
    assert (await visitor.post(EVENTS, json=[*batch, account()], headers=as_batch)).status_code == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "bad_request"), (b"[]", "bad_request"), (b"[" * 50_000, "bad_request"), (b'"\\ud800"', "bad_request")],
    ids=["cut", "no-object", "deep", "half-a-character"],
)
async def test_a_body_that_is_no_event_is_refused(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str], body: bytes, code: str
) -> None:
    answer = await visitor.post(EVENTS, content=body, headers=system)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["reason"] == "not_json"
    assert await stored(stream) == []


async def test_only_a_system_of_this_agency_with_the_scope_may_publish(
    visitor: httpx.AsyncClient, stream: Client, world: World
) -> None:
    tokens = {
        401: [world.sign_in(), "unknown"],
        403: [world.sign_in(account=None, kind=Kind.SYSTEM, scopes=(Scope.IMPERSONATE,))],
        404: [world.sign_in(OTHER.id, None, kind=Kind.SYSTEM, scopes=(Scope.AMS_PUBLISH,))],
    }
    for status, each in tokens.items():
        for token in each:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": ONE, "Origin": BASE}
            answer = await visitor.post(EVENTS, json=account(), headers=headers)
            assert answer.status_code == status, answer.text
    assert await stored(stream) == []


async def test_who_comes_without_a_token_is_asked_for_one(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(EVENTS, json=account(), headers={"Content-Type": ONE})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


async def test_another_type_of_body_is_not_taken(visitor: httpx.AsyncClient, system: dict[str, str]) -> None:
    answer = await visitor.post(EVENTS, json=account(), headers={**system, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_type")


async def test_a_packed_body_is_refused_before_anybody_unpacks_it(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    for packing in ("gzip", "deflate", "br", "gzip, gzip", "GZIP"):
        answer = await visitor.post(EVENTS, content=bomb, headers={**system, "Content-Encoding": packing})
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong_type")
    plain = await visitor.post(EVENTS, json=account(), headers={**system, "Content-Encoding": "identity"})
    assert plain.status_code == 202


HOSTILE: dict[str, tuple[Any, str]] = {
    "nul": (account(data={"name": "a\0b", "number": "1"}), "nul"),
    "half a character": (account(data={"name": "\ud800", "number": "1"}), "not_json"),
    "half a character for an id": (account(id="\ud800"), "not_json"),
    "deep": (account(data={"name": "x", "number": "1", "deep": json.loads("[" * 400 + "]" * 400)}), "not_json"),
    "too large": (account(data={"name": "x", "number": "1", "more": "x" * 300_000}), "too_large"),
    "no number": (account(data={"name": "x", "number": "1", "more": float("nan")}), "not_json"),
    "a list": ([account()], "not_json"),
    "no order": (account(sequence=None), "no_order"),
    "another's subject": (account(type="ams.account.upserted.v1", subject=""), "envelope"),
    "a type that is no text": (account(type=7), "envelope"),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_a_hostile_event_takes_no_good_one_with_it(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str], case: str
) -> None:
    bad, code = HOSTILE[case]
    batch = json.dumps([account("A-1"), bad, account("A-2")])
    answer = await visitor.post(EVENTS, content=batch, headers={**system, "Content-Type": BATCH})
    assert answer.status_code == 202, answer.text
    assert (answer.json()["accepted"], [each["code"] for each in answer.json()["refused"]]) == (2, [code])
    assert await subjects(stream) == ["A-1", "A-2"]


async def test_an_id_cannot_add_headers_to_the_message(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    events = [
        account("A-1", id="1\r\nPortico-Replay: 0199d2a4-7d54-7cc1-9d3c-0a8f3b1c2d11"),
        account("A-2", source="/a\r\nNats-Rollup: all"),
        account("A-3", id="número 3"),
    ]
    answer = await visitor.post(EVENTS, json=events, headers={**system, "Content-Type": BATCH})
    assert answer.json()["accepted"] == 3, answer.text
    for number in (1, 2, 3):
        first = (await stream.jsm().stream_info("AMS")).state.first_seq
        message = await stream.jsm().get_msg("AMS", first + number - 1)
        assert {name.lower() for name in message.headers or {}} <= {
            "nats-msg-id",
            "nats-expected-stream",
            "traceparent",
        }


async def test_without_the_bus_nothing_is_accepted(
    visitor: httpx.AsyncClient, stream: Client, system: dict[str, str]
) -> None:
    await stack.change_stream(stream, "AMS", max_bytes=2000)
    batch = [account(f"A-{number}") for number in range(30)]
    try:
        answer = await visitor.post(EVENTS, json=batch, headers={**system, "Content-Type": BATCH})
    finally:
        await stack.empty_streams(stream)  # whoever comes next may not look whether the stream takes anything
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "retry-after" in answer.headers
