"""Policy's side of requests as the gateway's tests meet it: it answers with the samples, and notes what was sent."""

from typing import TYPE_CHECKING

from contracts.kinds import NotFound
from contracts.policy import requests
from kit.bus import Call, Service

from . import request_samples as samples

if TYPE_CHECKING:
    from .services import World


def add_requests(service: Service, world: "World") -> None:
    """Adds the requests of insureds."""

    @service.answers(requests.ListRequests)
    async def listed(request: requests.ListRequests, call: Call) -> requests.RequestList:
        world.note(request, call)
        return samples.LIST

    @service.answers(requests.GetRequest)
    async def one(request: requests.GetRequest, call: Call) -> requests.RequestRecord:
        world.note(request, call)
        if request.request != samples.RECORD.id:
            raise NotFound
        return samples.RECORD

    @service.answers(requests.MakeRequest)
    async def make(request: requests.MakeRequest, call: Call) -> requests.RequestRecord:
        world.note(request, call)
        world.requested.append(request)
        return samples.RECORD

    @service.answers(requests.WriteMessage)
    async def write(request: requests.WriteMessage, call: Call) -> requests.RequestRecord:
        world.note(request, call)
        world.requested.append(request)
        return samples.RECORD
