"""Notify as it runs: jobs and events over a real bus, one mail each."""

import pytest
from nats.aio.client import Client

from contracts.identity.agencies import AgencyChanged
from contracts.kinds import Message
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.notify import app, handlers
from services.notify.settings import NotifySettings
from tests.stack import NATS_PASSWORDS, Logins, eventually, running, unsettled

from .conftest import Notify, details, settings_of
from .test_identification_codes import without_fractions

SUBJECT = "code.notify.send"


@pytest.fixture
def settings(logins: Logins, nats_server: NatsServer, notify: Notify) -> NotifySettings:
    return settings_of(
        logins, notify.post.port, nats_url=nats_server.url, nats_password=NATS_PASSWORDS["notify"], pool=4
    )


async def publish(client: Client, message: Message, key: str = "") -> None:
    await client.jetstream().publish(
        message.subject, message.model_dump_json().encode(), headers={"Nats-Msg-Id": key or str(new_id())}
    )


async def test_a_published_code_is_mailed_once_and_rests_nowhere(
    notify: Notify, settings: NotifySettings, ops_client: Client
) -> None:
    notify.agency = new_id()
    job = notify.code_job()
    async with running(handlers.service, settings, app.open_parts, NotifySettings):
        await publish(ops_client, job)  # before its agency's record: it waits
        await publish(ops_client, AgencyChanged(agency=notify.agency, version=1, details=details()))
        await publish(ops_client, job, "published twice")
        await eventually(lambda: len(notify.post.taken), 1)
        await eventually(lambda: unsettled(ops_client, "CODES", "notify-code-notify-send"), 0)
    assert len(notify.post.taken) == 1
    assert await notify.state(job.delivery) == "sent"
    tables = await notify.logins.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        for row in await notify.logins.fetch(f"SELECT t::text FROM {table['tablename']} t"):
            assert job.code not in without_fractions(row[0])


async def test_a_server_away_for_a_moment_delays_a_code_and_loses_none(
    notify: Notify, settings: NotifySettings, ops_client: Client
) -> None:
    job = notify.code_job()
    notify.post.to_recipients.extend(["451 4.3.2 not now", "421 4.3.2 not now either"])
    async with running(handlers.service, settings, app.open_parts, NotifySettings):
        await publish(ops_client, job)
        await eventually(lambda: len(notify.post.taken), 1)
        await eventually(lambda: notify.state(job.delivery), "sent")
    assert await notify.logins.value("SELECT count(*) FROM quarantine") == 0


async def test_a_document_that_nobody_can_hand_out_waits(
    notify: Notify, settings: NotifySettings, ops_client: Client
) -> None:
    job = notify.document_job()
    async with running(handlers.service, settings, app.open_parts, NotifySettings):
        await publish(ops_client, job)  # no documents on this bus
        await eventually(lambda: reason(notify, job.delivery), "documents did not answer: unavailable")
    assert await notify.state(job.delivery) == "queued"
    assert notify.post.taken == []


async def reason(notify: Notify, delivery: object) -> str:
    rows = await notify.logins.fetch("SELECT reason FROM deliveries WHERE id = $1", delivery)
    return rows[0]["reason"] if rows else ""
