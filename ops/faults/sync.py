"""`faults sync`: a generated feed while servers and services are killed, against an independent model, row for row."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import asyncpg
import nats
import uvloop

from ops.agencies import add_agency
from ops.bench.temporary import running_stack, temporary_folder
from ops.problem import Problem
from ops.running import Running, find_running
from ops.stack.nats import OPS
from ops.stack.places import with_login
from ops.stack.postgres import SUPERUSER

from . import settling
from .databases import compare
from .feed import Feed
from .found import Found
from .kills import AT_THE_END, Killer
from .publishing import Publisher

SERVICES = ("policy", "identity", "documents")


@dataclass(frozen=True)
class Campaign:
    """How much is generated, from which seed, and how many processes are killed meanwhile."""

    events: int
    seed: int
    kills: int


def run(campaign: Campaign) -> None:
    """Runs it on a stack of its own and prints what was found; raises Problem where anything differs."""
    with temporary_folder() as data, running_stack(data, "--no-demo"):
        found = uvloop.run(run_on(find_running(data), campaign, "campaign"))
    for what, count in sorted(found.counts.items()):
        print(f"{what:<36}{count:>12,}")
    for difference in found.differences:
        print(difference)
    if found.differences:
        raise Problem(f"What the services hold is not what the model says (seed {campaign.seed}).")
    print(f"everything is as the model says (seed {campaign.seed})")


async def run_on(running: Running, campaign: Campaign, slug: str) -> Found:
    """Runs it on a stack that `up` watches over, for an agency that it adds there."""
    details: dict[str, str | bool] = {
        "slug": slug,
        "name": "Campaign Insurance",
        "phone": "512-555-0100",
        "email": f"us@{slug}.example",
        "demo": True,  # the mailbox stays open to whoever uses the stack afterwards
    }
    await add_agency(running, details)
    feed = Feed(campaign.events, campaign.seed)
    killer = Killer(running.folder.path, campaign.kills, campaign.events, campaign.seed)
    client = await nats.connect(
        running.places.nats_url,
        user=OPS,
        password=running.secrets.nats(OPS),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.1,
        error_cb=_silent,
    )
    addresses = _addresses(running)
    publisher = Publisher(client, slug, feed.model.published, _telling(killer, campaign))
    started = time.monotonic()
    killing = asyncio.create_task(killer.run())
    for section in feed.sections():
        await settling.applied(client, list(addresses.values()))
        await publisher.publish(section)
    under_way = await settling.removing(client, list(addresses.values()))
    killer.moved(AT_THE_END)
    await killing
    await settling.applied(client, list(addresses.values()))
    await settling.told(client, list(addresses.values()))
    found = await _compare(addresses, slug, feed, publisher)
    await client.close()
    found.counts |= {f"killed: {victim}": count for victim, count in killer.killed.items()}
    found.counts["being removed at the end"] = under_way
    found.counts["published"] = publisher.done
    found.counts["seconds"] = int(time.monotonic() - started)
    return found


def _addresses(running: Running) -> dict[str, str]:
    """Of the databases that a feed is applied to, by service, past row-level security."""
    password = running.secrets.derive("postgres")
    address = running.places.database_url
    return {service: with_login(address, SUPERUSER, password, f"portico_{service}") for service in SERVICES}


async def _compare(addresses: Mapping[str, str], slug: str, feed: Feed, publisher: Publisher) -> Found:
    databases = {service: await asyncpg.connect(address) for service, address in addresses.items()}
    found = await compare(feed.model, slug, databases, publisher.attempts)
    for database in databases.values():
        await database.close()
    return found


def _telling(killer: Killer, campaign: Campaign) -> Callable[[int], None]:
    def moved(done: int) -> None:
        killer.moved(done)
        if done % max(1, campaign.events // 20) == 0:
            sys.stderr.write(f"{done:,} of about {campaign.events:,} events published\n")

    return moved


async def _silent(_: Exception) -> None:
    """Connections break: that is what is tried here."""
