"""Puts the demo agency into a stack, through the same doors as any agency: AddAgency, then its feed over the bus."""

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import asyncpg
from nats.aio.client import Client
from pydantic import SecretStr

from contracts.streams import consumers
from ops.bus import connected
from ops.problem import Problem
from ops.secrets import Secrets
from ops.stack.environment import STAND_IN_CLIENT
from ops.stack.folder import STATE, DataFolder
from ops.stack.places import SERVICES, Places
from ops.stack.systems import AMS, NAMES, login_file, read_login

AGENCY = "demo"
APPLIED_WITHIN = 120.0  # seconds
LOOK = 0.1


async def load_demo(
    folder: DataFolder, secrets: Secrets, places: Places, client: Client, *, anew: bool, say: Callable[[str], None]
) -> None:
    """Adds the demo agency and publishes its book as its own system does; returns once all of it is applied.

    The book's dates follow the calendar, so it is published once a week; `anew` looks even where the folder says
    that it is there.
    """
    state = folder.read(STATE)
    today = datetime.now(UTC).date()
    week = str(today - timedelta(days=today.weekday()))
    if anew or not state.get("demo_agency"):
        await _add_agency(client)
        folder.note(demo_agency=True)
        await wait_applied(client, secrets, places)
    if anew or not state.get("demo_system") or not login_file(folder.path, AGENCY).exists():
        await _add_system(client, folder, places)
        folder.note(demo_system=True)
    if anew or not state.get("demo_staff"):
        await _add_staff(client)
        folder.note(demo_staff=True)
    if anew or not state.get("demo_openid"):
        await _set_openid_clients(client, secrets)
        folder.note(demo_openid=True)
    if anew or state.get("demo_week") != week:
        from ops.demo.load import demo_events  # noqa: PLC0415 - slow to load, and rarely needed

        say("publishing the demo agency's book")
        await _publish(demo_events(today), folder)
        await wait_applied(client, secrets, places)
        folder.note(demo_week=week)


async def publish_heartbeat(folder: DataFolder) -> None:
    """Says for the demo agency's system that it is alive: without that its data would be stale in a few days."""
    from ops.demo.load import demo_heartbeat  # noqa: PLC0415

    await _publish([demo_heartbeat(datetime.now(UTC))], folder)


async def _publish(lines: Iterable[str], folder: DataFolder) -> None:
    from ops.ams.lines import check  # noqa: PLC0415
    from ops.ams.publish import Publisher  # noqa: PLC0415

    login = read_login(login_file(folder.path, AGENCY))
    url, user, password = (login[name] for name in NAMES[2:])
    async with connected(url, user, password) as system:
        publisher = Publisher(system)
        for line in lines:
            await publisher.publish(check(AGENCY, line.encode()))
        await publisher.finish()


async def _add_agency(client: Client) -> None:
    from contracts.identity.agencies import AddAgency, AgencyExists  # noqa: PLC0415
    from contracts.kinds import Refusal  # noqa: PLC0415
    from kit.bus import Asker  # noqa: PLC0415 - slow to load, and only needed once
    from ops.demo.load import demo_agency  # noqa: PLC0415

    try:
        await Asker(client).ask(AddAgency(details=demo_agency()))
    except AgencyExists:
        pass
    except Refusal as refusal:
        raise Problem(f"The demo agency could not be added: {refusal.title} ({refusal.code}).") from None


async def _add_system(client: Client, folder: DataFolder, places: Places) -> None:
    from contracts.principal import Scope  # noqa: PLC0415 - only needed once
    from kit.migrating.streams import apply_ams_consumer  # noqa: PLC0415
    from ops.systems import hand_login  # noqa: PLC0415

    await apply_ams_consumer(client, AGENCY)
    await hand_login(client, folder.path, places.nats_url, AGENCY, tuple(Scope), AMS)


async def _add_staff(client: Client) -> None:
    from contracts.identity.staff import AddMember, MemberExists  # noqa: PLC0415
    from contracts.kinds import Refusal  # noqa: PLC0415
    from kit.bus import Asker  # noqa: PLC0415 - slow to load, and only needed once
    from ops.demo.people import STAFF  # noqa: PLC0415

    for email, name, role in STAFF:
        try:
            await Asker(client).ask(AddMember(agency=AGENCY, email=email, name=name, role=role))
        except MemberExists:
            pass
        except Refusal as refusal:
            raise Problem(f"The demo agency's staff could not be added: {refusal.title} ({refusal.code}).") from None


async def _set_openid_clients(client: Client, secrets: Secrets) -> None:
    from contracts.identity.openid import NewOpenidClient, Provider, SetOpenidClient  # noqa: PLC0415
    from contracts.kinds import Refusal  # noqa: PLC0415
    from kit.bus import Asker  # noqa: PLC0415 - slow to load, and only needed once
    from ops.provider.roles import TENANT  # noqa: PLC0415

    secret = SecretStr(secrets.derive("identity", "stand-in-client"))
    for provider, tenant in ((Provider.GOOGLE, ""), (Provider.MICROSOFT, TENANT)):
        known = NewOpenidClient(client_id=STAND_IN_CLIENT, secret=secret, tenant=tenant)
        try:
            await Asker(client).ask(SetOpenidClient(agency=AGENCY, provider=provider, client=known))
        except Refusal as refusal:
            raise Problem(f"The demo agency got no client at {provider}: {refusal.title} ({refusal.code}).") from None


async def wait_applied(client: Client, secrets: Secrets, places: Places) -> None:
    """Returns once every consumer has settled all it was given and every outbox is empty; raises Problem when late."""
    loop = asyncio.get_running_loop()
    late = loop.time() + APPLIED_WITHIN
    relays = [
        await asyncpg.connect(places.login(service, "relay", secrets.login(service, "relay")), timeout=10)
        for service in SERVICES
    ]
    try:
        while True:
            # what a consumer has settled has its outcome in an outbox, and what has left an outbox is in a stream: with
            # nothing in any of them, and nothing new in a stream meanwhile, nothing is under way
            before = await _published(client)
            waiting = await _in_consumers(client) or await _in_outboxes(relays)
            if not waiting and before == await _published(client):
                return
            if loop.time() > late:
                raise Problem(f"The feed was not applied within {APPLIED_WITHIN:.0f} s: {json.dumps(waiting)}.")
            await asyncio.sleep(LOOK)
    finally:
        for relay in relays:
            await relay.close()


async def _published(client: Client) -> dict[str, int]:
    return {info.config.name or "": info.state.last_seq for info in await client.jsm().streams_info()}


async def _in_outboxes(relays: "list[asyncpg.Connection[asyncpg.Record]]") -> dict[str, int]:
    counts = {
        service: await relay.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
        for service, relay in zip(SERVICES, relays, strict=True)
    }
    return {f"{service} outbox": count for service, count in counts.items() if count}


async def _in_consumers(client: Client) -> dict[str, int]:
    manager = client.jsm()
    waiting: dict[str, int] = {}
    for consumer in consumers():
        found = await manager.consumer_info(consumer.stream, consumer.durable)
        count = (found.num_pending or 0) + (found.num_ack_pending or 0)
        if count:
            waiting[consumer.durable] = count
    return waiting
