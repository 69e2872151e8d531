"""Remembered devices."""

from contracts.identity.devices import (
    DeviceRemembered,
    Devices,
    DeviceSession,
    ForgetDevice,
    ListDevices,
    RememberDevice,
    ResolveDevice,
)
from contracts.kinds import Nothing, SignInRequired
from kit.bus import Call
from services.identity import secret
from services.identity.parts import parts
from services.identity.signed_in import devices

from .service import service


@service.answers(RememberDevice)
async def remember_device(request: RememberDevice, call: Call) -> DeviceRemembered:
    """This browser opens ID cards for 30 days."""
    async with call.transaction() as transaction:
        return await devices.remember(call.who, request, transaction)


@service.answers(ResolveDevice)
async def resolve_device(request: ResolveDevice, call: Call) -> DeviceSession:
    """Device secret → signed principal that ID cards accept. A copied secret ends the device, which is committed."""
    agency = secret.agency_of(request.token)
    if agency is None:
        raise SignInRequired
    async with call.transaction(agency) as transaction:
        found = await devices.resolve(request, parts(call).signer, transaction)
    if found is None:
        raise SignInRequired
    return found


@service.answers(ListDevices)
async def list_devices(_: ListDevices, call: Call) -> Devices:
    """Where the person is remembered."""
    async with call.transaction() as transaction:
        return await devices.listed(call.who, transaction)


@service.answers(ForgetDevice)
async def forget_device(request: ForgetDevice, call: Call) -> Nothing:
    """One device less."""
    async with call.transaction() as transaction:
        await devices.forget(call.who, request.device, request.browser, transaction)
        return Nothing()
