"""Events of kinds that nobody hears: each of them is refused, whatever goes away meanwhile."""

import asyncio

import pytest
from nats.aio.msg import Msg

from kit.bus import unknown_kinds
from kit.bus.unknown_kinds import UnknownKindsReader
from tests.kit.book import CARRIER, kept, quarantined, reader, send, settled, told
from tests.stack import cloud_event, eventually, running, settings_for


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "nobody-reads-it"])
@pytest.mark.parametrize("subject", ["ams.oakhill.boat", "ams.oakhill", "ams.oakhill.policy.extra"])
async def test_a_kind_that_nobody_hears_is_quarantined(
    nats_server, ops_client, book, monkeypatch, subject, protected
) -> None:
    body = cloud_event("carrier", "C-1", 1, CARRIER)
    if not protected:
        monkeypatch.setattr("kit.answering.UnknownKindsReader.run", _nothing)
    await ops_client.jetstream().publish(subject, body)
    await send(ops_client, cloud_event("carrier", "C-2", 1, CARRIER))
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
        if not protected:
            assert await quarantined(book) == []
            return
        await eventually(lambda: quarantined(book))
        await settled(ops_client, "policy-ams-unknown")
    (row,) = await quarantined(book)
    assert (row["code"], row["subject"], row["agency"]) == ("unknown_kind", subject, "oakhill")
    assert await told(ops_client) == ["unknown_kind"]
    assert row["body"] == body
    assert await kept(book) == ["C-2"]


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "acknowledged-all-the-same"])
async def test_an_unknown_kind_that_cannot_be_quarantined_yet_is_not_forgotten(
    nats_server, ops_client, book, no_waiting, monkeypatch, protected
) -> None:
    """The database is away for the first of them, while later ones are settled."""
    refuse = unknown_kinds.refuse
    failing = [ConnectionRefusedError("away")]

    async def fail_first(*arguments: object) -> None:
        if failing:
            raise failing.pop()
        await refuse(*arguments)

    monkeypatch.setattr(unknown_kinds, "refuse", fail_first)
    if not protected:
        monkeypatch.setattr(Msg, "nak", lambda message, **_: message.ack())
    for number in range(3):
        await send(ops_client, cloud_event("carrier", f"C-{number}", 1, CARRIER), kind="boat")
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client, "policy-ams-unknown")
    assert len(await quarantined(book)) == (3 if protected else 2)


@pytest.mark.parametrize("kind", ["carrier", "boat"])
async def test_an_event_that_looks_like_a_word_of_the_bus_is_an_event(
    nats_server, ops_client, book, oakhill, kind
) -> None:
    client = ops_client if kind == "boat" else oakhill
    await client.jetstream().publish(f"ams.oakhill.{kind}", b"", headers={"Status": "404"})
    async with running(reader(), settings_for(nats_server, book)):
        await settled(ops_client)
        await settled(ops_client, "policy-ams-unknown")
    (row,) = await quarantined(book)
    assert row["code"] == ("unknown_kind" if kind == "boat" else "not_json")


async def _nothing(self: UnknownKindsReader) -> None:
    """A process without this reader."""
    while not self._stopping:
        await asyncio.sleep(0.01)
