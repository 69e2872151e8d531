"""The agencies' public records, remembered until identity says that one changed."""

from re import compile as pattern

from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.identity.agencies import Agency, AgencyChanged, FindAgency, ListAgencies
from contracts.kinds import NotFound
from kit.bus import Asker

from .freshness import Memory

SLUG = pattern(r"[a-z0-9][a-z0-9-]{1,39}")


class Agencies:
    """Finds agencies by their short names."""

    def __init__(self, asker: Asker, client: Client) -> None:
        self._asker = asker
        self._client = client
        self._known: Memory[str, Agency] = Memory(client, 10_000)
        self._unknown: Memory[str, bool] = Memory(client, 1_000)

    async def listen(self) -> None:
        """Starts hearing of changes."""
        await self._client.subscribe(AgencyChanged.subject, cb=self._changed)

    async def find(self, slug: str) -> Agency:
        """The agency with this short name; raises NotFound."""
        agency = self._known.get(slug)
        if agency is not None:
            return agency
        if self._unknown.get(slug) or not SLUG.fullmatch(slug):
            raise NotFound
        known, unknown = self._known.stamp(), self._unknown.stamp()
        try:
            agency = await self._asker.ask(FindAgency(slug=slug))
        except NotFound:
            self._unknown.keep(slug, True, unknown)
            raise
        self._known.keep(slug, agency, known)
        return agency

    async def every(self) -> list[Agency]:
        """All agencies, asked anew."""
        return (await self._asker.ask(ListAgencies())).items

    async def _changed(self, message: Msg) -> None:
        slug = AgencyChanged.model_validate_json(message.data).details.slug
        self._known.drop(slug)
        self._unknown.drop(slug)
