"""Agencies: their records."""

from contracts.identity.agencies import AddAgency, Agencies, Agency, FindAgency, ListAgencies
from kit.bus import Call
from services.identity import agencies

from .service import service


@service.answers(AddAgency)
async def add_agency(request: AddAgency, call: Call) -> Agency:
    """From the command line."""
    async with call.transaction() as transaction:
        return await agencies.add(request.details, transaction)


@service.answers(ListAgencies)
async def list_agencies(_: ListAgencies, call: Call) -> Agencies:
    """For the command line, and for a gateway that must know whether all are demos."""
    async with call.transaction() as transaction:
        return await agencies.every(transaction)


@service.answers(FindAgency)
async def find_agency(request: FindAgency, call: Call) -> Agency:
    """The first question of every page."""
    async with call.transaction() as transaction:
        return await agencies.find(request.slug, transaction)
