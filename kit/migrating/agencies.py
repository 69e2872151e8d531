"""What each agency needs on the bus: the consumer by which its systems hear its portal events."""

from nats.aio.client import Client

from contracts.identity.agencies import ListAgencies
from kit.bus import Asker

from .streams import apply_ams_consumer


async def apply_ams_consumers(client: Client) -> None:
    """Makes the consumer of every agency that there is; raises Unavailable while identity does not answer."""
    for agency in (await Asker(client).ask(ListAgencies())).items:
        await apply_ams_consumer(client, agency.slug)
