"""Identification codes pass the outbox by: no table has one, and what cannot be sent is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client

from contracts.notify import SendIdentificationCode
from kit.bus import Call, Service
from kit.ids import new_id
from tests.kit.messages import OAKHILL
from tests.logins import Logins
from tests.stack import eventually, on_the_bus, running, settings_for, unsettled


async def stored(client: Client, stream: str) -> int:
    """How many messages a stream has."""
    return (await client.jsm().stream_info(stream)).state.messages


CODE = "48151623"


def code_job() -> SendIdentificationCode:
    return SendIdentificationCode(
        agency=OAKHILL,
        delivery=new_id(),
        channel="email",
        to="alex.moreno@example.com",
        name="Alex Moreno",
        code=CODE,
        expires_at=datetime.now(UTC) + timedelta(minutes=10),
        language="en",
    )


async def tables_with_the_code(logins: Logins) -> set[str]:
    """Every table with a value, text or bytes, in which the code can be read."""
    names = [row[0] for row in await logins.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return {
        name
        for name in names
        for row in await logins.fetch(f"SELECT * FROM {name}")
        for value in row.values()
        if CODE in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
    }


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "through-the-outbox"])
async def test_a_code_never_rests_in_a_table(nats_server, ops_client, made_up, protected) -> None:
    sender = await made_up("identity")
    async with (
        on_the_bus(settings_for(nats_server, sender), sender) as (_, bus),
        Call(bus).transaction(OAKHILL) as transaction,
    ):
        if protected:
            transaction.enqueue(code_job())
        else:
            transaction.leave(SendIdentificationCode.subject, code_job().model_dump_json().encode())
    assert await tables_with_the_code(sender) == (set() if protected else {"outbox"})
    assert await stored(ops_client, "CODES") == (1 if protected else 0)
    await sender.clear("outbox")


async def test_a_code_that_cannot_be_sent_is_quarantined_without_its_body(
    nats_server, ops_client, made_up, no_waiting
) -> None:
    receiver = await made_up("notify")
    service = Service("notify")

    @service.does(SendIdentificationCode)
    async def send(job: SendIdentificationCode, call: Call) -> None:
        raise LookupError("a fault of the handler")

    await ops_client.jetstream().publish(SendIdentificationCode.subject, code_job().model_dump_json().encode())
    async with running(service, settings_for(nats_server, receiver)):
        await eventually(lambda: unsettled(ops_client, "CODES", "notify-code-notify-send"), 0)
    (row,) = await receiver.fetch("SELECT * FROM quarantine WHERE stream = 'CODES'")
    assert (row["code"], row["body"]) == ("handler_failed", b"")
    assert await tables_with_the_code(receiver) == set()


async def test_a_code_of_a_transaction_that_failed_is_not_sent(nats_server, ops_client, made_up) -> None:
    sender = await made_up("identity")
    async with on_the_bus(settings_for(nats_server, sender), sender) as (_, bus):
        with pytest.raises(LookupError):
            async with Call(bus).transaction(OAKHILL) as transaction:
                transaction.enqueue(code_job())
                raise LookupError
    assert await stored(ops_client, "CODES") == 0
