"""The streams and consumers of the bus: as the table says, and overwritten by nobody who only listens."""

from dataclasses import replace

import pytest
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.security import NatsUserPassword
from nats.js.api import AckPolicy, DiscardPolicy, RetentionPolicy
from nats.js.errors import APIError

from contracts.streams import STREAMS, consumers
from kit.bus import Service
from kit.migrating.streams import apply_streams, check_consumers, stream_config
from tests import stack
from tests.kit.messages import mail_document
from tests.stack import running, settings_for

ANY = "notify-job-notify-mail_document"


async def test_every_stream_and_consumer_is_as_the_table_says(ops_client) -> None:
    for wanted in STREAMS:
        live = (await ops_client.jsm().stream_info(wanted.name)).config
        assert set(live.subjects) == set(wanted.subjects)
        assert (live.max_age, live.max_bytes) == (wanted.max_age, wanted.max_bytes)
        assert live.duplicate_window == wanted.duplicate_window
        assert live.discard == DiscardPolicy.NEW  # a full stream refuses publishers rather than forgets
        assert live.retention == RetentionPolicy.LIMITS  # a wrong acknowledgement destroys nothing
    for consumer in consumers():
        live = (await ops_client.jsm().consumer_info(consumer.stream, consumer.durable)).config
        assert live.max_deliver == -1
        assert live.ack_policy == AckPolicy.EXPLICIT
    for process in {consumer.process for consumer in consumers()}:
        await check_consumers(ops_client, process)


async def test_applying_again_keeps_what_is_stored_and_mends_what_differs(ops_client) -> None:
    await ops_client.jetstream().publish("job.notify.mail_document", mail_document().model_dump_json().encode())
    (jobs,) = [stream for stream in STREAMS if stream.name == "JOBS"]
    await ops_client.jsm().update_stream(stream_config(replace(jobs, max_age=3600)))
    await apply_streams(ops_client)
    info = await ops_client.jsm().stream_info("JOBS")
    assert info.config.max_age == jobs.max_age
    assert info.state.messages == 1


@pytest.mark.parametrize("protected", [True, False], ids=["portico", "declared-by-faststream"])
async def test_a_starting_service_overwrites_no_stream(nats_server, ops_client, made_up, protected) -> None:
    """FastStream declares a stream with its own defaults unless it is told not to."""
    before = (await ops_client.jsm().stream_info("JOBS")).config
    if protected:
        async with running(Service("notify"), settings_for(nats_server, await made_up("notify"))):
            pass
    else:
        broker = NatsBroker(
            nats_server.url,
            security=NatsUserPassword(username="ops", password=stack.NATS_PASSWORDS["ops"], use_ssl=False),
            logger=None,
        )

        async def consume(message: object) -> None: ...

        broker.subscriber(
            "job.notify.mail_document", durable=ANY, stream=JStream("JOBS"), pull_sub=PullSub(batch_size=1, timeout=1)
        )(consume)
        await broker.start()
        await broker.stop()
    after = (await ops_client.jsm().stream_info("JOBS")).config
    assert (after == before) is protected


async def test_a_message_that_is_too_large_is_refused(ops_client) -> None:
    with pytest.raises(APIError, match="maximum allowed"):
        await ops_client.jetstream().publish("ams.oakhill.policy", b"x" * (257 << 10))
