"""Webhooks: managed by the agency, told by the bus, sent by the clock."""

from collections.abc import Sequence

from contracts.identity.activities import What
from contracts.kinds import Nothing
from contracts.policy.webhooks import (
    AddWebhook,
    ChangeWebhook,
    ChangeWebhookSecret,
    EndWebhook,
    ListWebhookDeliveries,
    ListWebhooks,
    ReplayStarted,
    ReplayWebhook,
    TryWebhook,
    Webhook,
    WebhookDelivery,
    WebhookLog,
    Webhooks,
    WebhookSecret,
)
from kit import agency_deeds
from kit.bus import Call
from kit.bus.portal_reader import PortalMessage
from kit.database import Transaction
from services.policy.parts import parts
from services.policy.webhooks import hearing, log, registry

from .service import service


@service.answers(ListWebhooks)
async def list_webhooks(_: ListWebhooks, call: Call) -> Webhooks:
    """For the console, and the agency's systems."""
    async with call.transaction() as transaction:
        return await registry.every(transaction)


@service.answers(AddWebhook)
async def add_webhook(request: AddWebhook, call: Call) -> WebhookSecret:
    """One more."""
    own = parts(call)
    async with call.transaction() as transaction:
        added = await registry.add(request, own.seal, transaction, loopback=own.poster.loopback)
        facts = {"url": added.webhook.url}
        await agency_deeds.record(What.WEBHOOK_ADDED, call.who, request.browser, facts, transaction)
        return added


@service.answers(ChangeWebhook)
async def change_webhook(request: ChangeWebhook, call: Call) -> Webhook:
    """Where to, what, and whether at all."""
    async with call.transaction() as transaction:
        changed = await registry.change(request, transaction, loopback=parts(call).poster.loopback)
        await agency_deeds.record(What.WEBHOOK_CHANGED, call.who, request.browser, {"url": changed.url}, transaction)
        return changed


@service.answers(ChangeWebhookSecret)
async def change_webhook_secret(request: ChangeWebhookSecret, call: Call) -> WebhookSecret:
    """A new secret."""
    own = parts(call)
    async with call.transaction() as transaction:
        made = await registry.change_secret(request.webhook, own.seal, transaction, at_once=request.at_once)
        facts = {"url": made.webhook.url}
        await agency_deeds.record(What.WEBHOOK_SECRET_CHANGED, call.who, request.browser, facts, transaction)
        return made


@service.answers(EndWebhook)
async def end_webhook(request: EndWebhook, call: Call) -> Nothing:
    """No more of it."""
    async with call.transaction() as transaction:
        url = await registry.end(request.webhook, transaction)
        await agency_deeds.record(What.WEBHOOK_ENDED, call.who, request.browser, {"url": url}, transaction)
        return Nothing()


@service.answers(TryWebhook)
async def try_webhook(request: TryWebhook, call: Call) -> WebhookDelivery:
    """To see that it arrives."""
    async with call.transaction() as transaction:
        return await log.test(request.webhook, transaction)


@service.answers(ListWebhookDeliveries)
async def list_webhook_deliveries(request: ListWebhookDeliveries, call: Call) -> WebhookLog:
    """What was sent, and what came of it."""
    async with call.transaction() as transaction:
        return await log.page(request, transaction)


@service.answers(ReplayWebhook)
async def replay_webhook(request: ReplayWebhook, call: Call) -> ReplayStarted:
    """All since a time, again."""
    async with call.transaction() as transaction:
        started = await log.replay(request.webhook, request.since, transaction)
        facts = {"url": (await registry.one(request.webhook, transaction)).url}
        await agency_deeds.record(What.WEBHOOK_REPLAYED, call.who, request.browser, facts, transaction)
        return started


@service.overhears
async def hear_portal_events(heard: Sequence[PortalMessage], transaction: Transaction) -> None:
    """What the portal tells the agency's systems."""
    await hearing.keep(heard, transaction)


@service.repeats
async def send_webhooks(call: Call, last: bool) -> float:
    """What is due."""
    return await parts(call).sender.look(call, last=last)
