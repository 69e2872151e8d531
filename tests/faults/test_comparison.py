"""The comparison of a campaign finds nothing where all is well, and each single thing that is not as it should be."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from contracts.identity.agencies import AddAgency, AgencyDetails
from kit.bus import Asker
from kit.process import Process
from ops.faults import settling
from ops.faults.databases import compare
from ops.faults.feed import Feed
from ops.faults.found import Databases, Found
from ops.faults.publishing import Publisher
from ops.stack.nats import NatsServer
from services.documents.app import PROCESS as DOCUMENTS
from services.identity.app import PROCESS as IDENTITY
from services.policy.app import PROCESS as POLICY
from tests import stack

SLUG = "oakhill"
PROCESSES: dict[str, Process] = {"identity": IDENTITY, "policy": POLICY, "documents": DOCUMENTS}


@dataclass
class Campaign:
    """A feed that three services have heard to its end."""

    feed: Feed
    publisher: Publisher
    databases: Databases

    async def compare(self) -> Found:
        return await compare(self.feed.model, SLUG, self.databases, self.publisher.attempts)


@pytest_asyncio.fixture(scope="module")
async def campaign(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Campaign]:
    async with contextlib.AsyncExitStack() as opened:
        ops = await stack.connect(nats_server)
        opened.push_async_callback(ops.close)
        await stack.empty_streams(ops)
        addresses: dict[str, str] = {}
        databases: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        for name, process in PROCESSES.items():
            logins = await clone(name)
            addresses[name] = logins.server.dsn(logins.database)
            databases[name] = await asyncpg.connect(addresses[name])
            opened.push_async_callback(databases[name].close)
            settings = stack.SETTINGS.get(name, stack.settings_for)(nats_server, logins)
            assert process.service is not None
            await opened.enter_async_context(
                stack.running(process.service, settings, process.open_parts, type(settings))
            )
        details = AgencyDetails(slug=SLUG, name="Oak Hill Insurance", phone="512-555-0100", email="us@oakhill.example")
        await Asker(ops).ask(AddAgency(details=details))
        feed = Feed(1_000, seed=7)
        publisher = Publisher(ops, SLUG, feed.model.published, lambda _: None)
        for section in feed.sections():
            await publisher.publish(section)
            await settling.applied(ops, list(addresses.values()))
        await settling.told(ops, list(addresses.values()))
        yield Campaign(feed, publisher, databases)


async def test_all_is_as_the_model_says(campaign: Campaign) -> None:
    found = await campaign.compare()
    assert found.differences == []
    for what in ("account in policy rows", "account in documents rows", "policy in documents rows", "account gone"):
        assert found.counts[what] > 0
    assert found.counts["held back"] > 3


ANY = "WHERE ctid = (SELECT min(ctid) FROM {table} WHERE NOT deleted)"
WRONGS = {
    "account in policy": ("policy", "UPDATE accounts SET name = 'Other' " + ANY.format(table="accounts")),
    "account in documents": ("documents", "UPDATE accounts SET street = 'Other' " + ANY.format(table="accounts")),
    "policy in documents": ("documents", "UPDATE standings SET deleted = true " + ANY.format(table="standings")),
    "account in policy is missing": ("policy", "DELETE FROM accounts " + ANY.format(table="accounts")),
    "policy row": ("policy", "UPDATE policies SET raw = '{}' " + ANY.format(table="policies")),
    "contact row": ("identity", "UPDATE contacts SET version = version + 1 " + ANY.format(table="contacts")),
    "heard": ("policy", "DELETE FROM inbox WHERE ctid = (SELECT min(ctid) FROM inbox WHERE consumer = 'policy-ams')"),
    "counted as applied": ("policy", "UPDATE feed_hours SET applied = applied + 1 WHERE kind = 'receipt'"),
    "counted as superseded": ("identity", "UPDATE feed_hours SET superseded = superseded + 1 WHERE kind = 'contact'"),
    "counted as gone": ("identity", """UPDATE snapshots SET found = found || '{"account gone": 1}'"""),
    "held back by policy": ("policy", "DELETE FROM held_removals WHERE kind = 'policy'"),
    "held back by identity": ("identity", "UPDATE held_removals SET there = there + 1"),
    "refusal": ("policy", "UPDATE quarantine SET code = 'other'"),
}


@pytest.mark.parametrize("wrong", WRONGS)
async def test_what_is_not_as_it_should_be_is_seen(campaign: Campaign, wrong: str) -> None:
    service, change = WRONGS[wrong]
    database = campaign.databases[service]
    # rolled back to a point: the comparison opens transactions of its own in this one
    transaction = database.transaction()
    await transaction.start()
    try:
        assert await database.execute(change) not in ("UPDATE 0", "DELETE 0")
        found = await campaign.compare()
    finally:
        await transaction.rollback()
    assert found.counts[f"wrong: {wrong.removesuffix(' is missing')}"] > 0, found.differences
