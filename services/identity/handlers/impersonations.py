"""Impersonations: asked for, looked at, opened once, ended."""

from contracts.identity.impersonations import (
    EndView,
    FindImpersonation,
    Impersonate,
    Impersonation,
    ImpersonationLink,
    OpenView,
    ViewOpened,
)
from contracts.kinds import Nothing, SignInRequired
from kit.bus import Call
from services.identity import agencies, impersonations, secret
from services.identity.parts import parts
from services.identity.people import insureds
from services.identity.systems import requesters

from .service import service


@service.answers(Impersonate)
async def impersonate(request: Impersonate, call: Call) -> ImpersonationLink:
    """Staff or a system → one-time address."""
    agency = secret.agency_of(request.access_token)
    if agency is None:
        raise SignInRequired
    async with call.transaction(agency) as transaction:
        requester = await requesters.of_token(request.access_token, request.agent, transaction)
        insured = await insureds.find(request.account, request.contact, transaction)
        address = parts(call).settings.public_url
        return await impersonations.request(request, requester, insured, address, transaction)


@service.answers(FindImpersonation)
async def find_impersonation(request: FindImpersonation, call: Call) -> Impersonation:
    """One-time address → who, whom and why."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await impersonations.find(request.impersonation, request.key, transaction)


@service.answers(OpenView)
async def open_view(request: OpenView, call: Call) -> ViewOpened:
    """One-time address → read-only session."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await impersonations.open_view(request, transaction)


@service.answers(EndView)
async def end_view(request: EndView, call: Call) -> Nothing:
    """Exit of a read-only view."""
    agency = secret.agency_of(request.token)
    if agency is not None:
        async with call.transaction(agency) as transaction:
            await impersonations.end_view(request.token, transaction)
    return Nothing()
