"""An account's vehicles, on staff's word."""

from contracts.policy.vehicles import InsuredVehicles, ListVehiclesOf
from kit.bus import Call
from services.policy import vehicles

from .service import service


@service.answers(ListVehiclesOf)
async def list_vehicles_of(request: ListVehiclesOf, call: Call) -> InsuredVehicles:
    """What documents draws the ID card from that staff send."""
    async with call.transaction() as transaction:
        return await vehicles.list_for(request.account, request, transaction)
