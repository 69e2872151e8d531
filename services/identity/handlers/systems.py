"""Systems: made, given new secrets, ended; their access tokens, and their logins of the bus."""

from asyncio import sleep

from contracts.identity.systems import (
    AddSystem,
    AddSystemOf,
    ChangeSecret,
    ChangeSecretOf,
    Credentials,
    DisconnectSystem,
    EndSystem,
    EndSystemOf,
    Granted,
    GrantToken,
    ListSystems,
    ListSystemsOf,
    Systems,
)
from contracts.kinds import Nothing
from contracts.streams import Permissions
from kit.bus import Call
from kit.bus.callout import Login
from kit.bus.connections import disconnect
from services.identity import agencies
from services.identity.audit import doers
from services.identity.systems import grants, logins, registry

from .service import service

ANSWERED_BY_THEN = 2.5  # seconds: the bus waits no longer than two for an answer about a login


@service.answers(ListSystems)
async def list_systems(_: ListSystems, call: Call) -> Systems:
    """For the console."""
    async with call.transaction() as transaction:
        return Systems(items=await registry.every(transaction))


@service.answers(AddSystem)
async def add_system(request: AddSystem, call: Call) -> Credentials:
    """From the console."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await registry.add(request.name, request.scopes, doer, transaction)


@service.answers(ChangeSecret)
async def change_secret(request: ChangeSecret, call: Call) -> Credentials:
    """From the console."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await registry.change_secret(request.system, doer, transaction, at_once=request.at_once)


@service.answers(EndSystem)
async def end_system(request: EndSystem, call: Call) -> Nothing:
    """From the console."""
    async with call.transaction() as transaction:
        await registry.end(request.system, await doers.of(call.who, request.browser, transaction), transaction)
        return Nothing()


@service.answers(ListSystemsOf)
async def list_systems_of(request: ListSystemsOf, call: Call) -> Systems:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return Systems(items=await registry.every(transaction))


@service.answers(AddSystemOf)
async def add_system_of(request: AddSystemOf, call: Call) -> Credentials:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await registry.add(request.name, request.scopes, doers.COMMAND_LINE, transaction)


@service.answers(ChangeSecretOf)
async def change_secret_of(request: ChangeSecretOf, call: Call) -> Credentials:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        system = await registry.named(request.name, transaction)
        return await registry.change_secret(system, doers.COMMAND_LINE, transaction, at_once=request.at_once)


@service.answers(EndSystemOf)
async def end_system_of(request: EndSystemOf, call: Call) -> Nothing:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        await registry.end(await registry.named(request.name, transaction), doers.COMMAND_LINE, transaction)
        return Nothing()


@service.answers(GrantToken)
async def grant_token(request: GrantToken, call: Call) -> Granted:
    """Client credentials → access token."""
    async with call.transaction() as transaction:
        return await grants.grant(request, transaction)


@service.admits
async def admit(login: Login, call: Call) -> Permissions | None:
    """A system at the door of the bus."""
    async with call.transaction() as transaction:
        return await logins.admit(login, transaction)


@service.does(DisconnectSystem)
async def disconnect_system(job: DisconnectSystem, call: Call) -> None:
    """Cuts its connections; again a little later, for a login that was being looked at when it ended."""
    await disconnect(call.bus.client, job.client_id)
    await sleep(ANSWERED_BY_THEN)
    await disconnect(call.bus.client, job.client_id)
