"""Who may say and hear what on the bus: each user what the contracts name, and nothing of another's."""

import asyncio
import json
from collections.abc import AsyncIterator

import nats.errors
import nats.js.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts import ams
from contracts.kinds import PROCESSES, Event, Job, Message, Request
from contracts.streams import ams_durable, messages
from kit.bus.connection import flush
from kit.migrating.streams import apply_ams_consumer
from tests import stack
from tests.kit.messages import mail_document


def may_publish(process: str, message: type[Message]) -> bool:
    """What the message's own declaration says."""
    if issubclass(message, Request):
        return process in message.asked_by
    if issubclass(message, Job):
        return process in message.enqueued_by
    assert issubclass(message, Event)
    return process == message.owner


class Listener:
    """Everything that reaches the bus, by subject and sender."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.heard: set[tuple[str, str]] = set()

    async def start(self) -> None:
        async def note(message: object) -> None:
            self.heard.add((message.data.decode(), message.subject))

        await self._client.subscribe(">", cb=note)
        await flush(self._client)

    async def end(self) -> None:
        await flush(self._client)
        await asyncio.sleep(0.2)


@pytest_asyncio.fixture
async def listener(ops_client: Client) -> Listener:
    """Listens to everything with the user that may."""
    listening = Listener(ops_client)
    await listening.start()
    return listening


async def publish_as(server: object, user: str, subjects: list[str]) -> None:
    client = await stack.connect(server, user)
    for subject in subjects:
        await client.publish(subject, user.encode())
    await flush(client)
    await client.close()


async def test_each_process_says_what_the_contracts_let_it_say(nats_server, listener) -> None:
    subjects = [message.subject for message in messages()]
    for process in (*PROCESSES, "ops"):
        await publish_as(nats_server, process, subjects)
    await listener.end()
    heard = {pair for pair in listener.heard if pair[1] in subjects}
    wanted = {(process, one.subject) for process in PROCESSES for one in messages() if may_publish(process, one)}
    wanted |= {("ops", subject) for subject in subjects}  # the control: without limits everything arrives
    assert heard == wanted


async def test_no_process_says_anything_else(nats_server, listener) -> None:
    others = [
        "ams.oakhill.policy",
        "$JS.API.STREAM.PURGE.AMS",
        "$JS.API.STREAM.DELETE.AMS",
        "$JS.API.CONSUMER.DELETE.EVENTS.documents-event-identity-accounts_changed",
        "$SYS.REQ.SERVER.PING",
        "_INBOX_identity.x.y",
        "anything",
    ]
    for process in (*PROCESSES, "ams_oakhill"):
        await publish_as(nats_server, process, others)
    await listener.end()
    # the gateway passes on what an agency's system sends over HTTP, once it has proven which agency that is; who hears
    # the feed may send again what waits in its quarantine
    passing_on = ("ams_oakhill", "gateway", *ams.HEARD_BY)
    wanted = {(process, "ams.oakhill.policy") for process in passing_on}
    assert {pair for pair in listener.heard if pair[1] in others} == wanted
    await stack.eventually(lambda: stored(listener._client), len(wanted))  # of those nobody has waited for one


async def stored(client: Client) -> int:
    return (await client.jsm().stream_info("AMS")).state.messages


@pytest.mark.parametrize("user", [*PROCESSES, "ams_oakhill"])
async def test_nobody_listens_to_anothers_subjects(nats_server, user) -> None:
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error).lower())

    client = await stack.connect(nats_server, user, error_cb=note)
    foreign = [
        ">",
        "ams.>",
        "code.>",
        "job.notify.mail_document",
        "event.>",
        "portal.>",
        "portal.oakhill.>",
        "request.>",
        "_INBOX_other.>",
        "_INBOX.>",
        "$JS.EVENT.>",
        "$SYS.>",
    ]
    for subject in foreign:
        await client.subscribe(subject)
    await stack.eventually(lambda: len(denied), len(foreign))
    assert all("permissions violation for subscription" in error for error in denied)
    await client.close()


async def test_an_answer_goes_to_who_asked_and_once(nats_server, ops_client) -> None:
    """Answering is allowed as an answer only: no process may write to inboxes by itself."""
    server = await stack.connect(nats_server, "documents")
    subject = "request.documents.get_home_documents"

    async def answer(message: object) -> None:
        await message.respond(b"once")
        await message.respond(b"twice")

    await server.subscribe(subject, cb=answer)
    await flush(server)
    inbox = ops_client.new_inbox()
    replies = await ops_client.subscribe(inbox)
    await ops_client.publish(subject, b"", reply=inbox)
    assert (await replies.next_msg(timeout=20)).data == b"once"
    with pytest.raises(nats.errors.TimeoutError):
        await replies.next_msg(timeout=0.3)
    await server.close()


@pytest_asyncio.fixture
async def oakhill(nats_server, ops_client: Client) -> AsyncIterator[Client]:
    """Oak Hill's own agency system; its portal durable and Riverside's are there."""
    for agency in ("oakhill", "riverside"):
        await apply_ams_consumer(ops_client, agency)
    client = await stack.connect(nats_server, "ams_oakhill")
    yield client
    await client.close()


async def test_an_agencys_system_publishes_its_own_feed_and_knows_that_it_is_stored(oakhill) -> None:
    stored = await oakhill.jetstream().publish("ams.oakhill.carrier", b"{}", stream="AMS")
    assert stored.stream == "AMS"
    others = ("ams.riverside.carrier", "ams.oakhill", "portal.oakhill.signed-in", "event.identity.agency_changed")
    outcomes = await asyncio.gather(
        *(oakhill.jetstream().publish(subject, b"{}", timeout=0.3) for subject in others), return_exceptions=True
    )
    for outcome in outcomes:
        assert isinstance(outcome, nats.errors.TimeoutError | nats.js.errors.NoStreamResponseError), outcome


async def test_an_agencys_system_hears_its_own_portal_events_only(ops_client, oakhill) -> None:
    for agency in ("oakhill", "riverside"):
        body = json.dumps({"for": agency}).encode()
        await ops_client.jetstream().publish(f"portal.{agency}.signed-in", body)
    own = await oakhill.jetstream().pull_subscribe_bind(ams_durable("oakhill"), stream="PORTAL")
    (message,) = await own.fetch(1, timeout=20)
    assert message.subject == "portal.oakhill.signed-in"
    await message.ack_sync(timeout=20)
    other = await oakhill.jetstream().pull_subscribe_bind(ams_durable("riverside"), stream="PORTAL")
    with pytest.raises(nats.errors.TimeoutError):
        await other.fetch(1, timeout=0.3)
    assert await stack.unsettled(ops_client, "PORTAL", ams_durable("oakhill")) == 0
    assert await stack.unsettled(ops_client, "PORTAL", ams_durable("riverside")) == 1


async def test_an_agencys_system_manages_nothing(oakhill) -> None:
    manager = oakhill.jsm()
    manager._timeout = 0.3
    attempts = await asyncio.gather(
        manager.stream_info("PORTAL"),
        manager.purge_stream("AMS"),
        manager.delete_stream("AMS"),
        manager.get_msg("PORTAL", 1),
        manager.consumer_info("PORTAL", ams_durable("riverside")),
        manager.delete_consumer("PORTAL", ams_durable("oakhill")),
        manager.add_consumer("PORTAL", durable_name="mine", filter_subject="portal.riverside.>"),
        oakhill.request("request.identity.list_agencies", b"{}", timeout=0.3),
        return_exceptions=True,
    )
    for outcome in attempts:  # nobody was even asked
        assert isinstance(outcome, nats.errors.TimeoutError | nats.errors.NoRespondersError), outcome


async def test_a_wrong_password_opens_nothing(nats_server) -> None:
    async def come_in(user: str, password: str) -> object:
        return await nats.connect(
            nats_server.url, user=user, password=password, allow_reconnect=False, error_cb=stack.silent
        )

    # of whom the bus does not know it asks identity, which is not there: it waits, and then refuses
    pairs = (("documents", "wrong"), ("documents", ""), ("nobody", "x"), ("", ""))
    outcomes = await asyncio.gather(*(come_in(*pair) for pair in pairs), return_exceptions=True)
    for outcome in outcomes:
        assert isinstance(outcome, nats.errors.Error | OSError), outcome  # or it was cut off before it could read why


async def test_a_mail_cannot_be_left_by_the_gateway(nats_server, ops_client) -> None:
    body = mail_document().model_dump_json().encode()
    before = (await ops_client.jsm().stream_info("JOBS")).state.last_seq
    gateway, documents = await stack.connect(nats_server, "gateway"), await stack.connect(nats_server, "documents")
    await gateway.publish("job.notify.mail_document", body)
    await flush(gateway)
    stored = await documents.jetstream().publish("job.notify.mail_document", body)
    assert stored.seq == before + 1  # nothing came before it
    for client in (gateway, documents):
        await client.close()
