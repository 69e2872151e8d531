"""The way to a phone: the SMS provider's HTTP interface, as Twilio has shaped it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from .outcomes import NotNow, Refused, Uncertain
from .settings import NotifySettings

if TYPE_CHECKING:
    import httpx

IDEMPOTENCY = "Idempotency-Key"
TAKEN = (200, 201, 202)
# certainly not taken: too many, not let in (our settings), down; 502 and 504 come from in between and say nothing
NOT_TAKEN = frozenset({401, 403, 408, 425, 429, 500, 503})


class TextProvider:
    """Posts texts to {url}/2010-04-01/Accounts/{account}/Messages.json over kept-alive connections."""

    def __init__(self, settings: NotifySettings) -> None:
        self._address = f"{settings.sms_url}/2010-04-01/Accounts/{settings.sms_account}/Messages.json"
        self._from = settings.sms_from
        self._login = (settings.sms_account, settings.sms_key.get_secret_value())
        self._opened: httpx.AsyncClient | None = None

    async def send(self, to: str, text: str, delivery: UUID, begin: Callable[[], Awaitable[None]]) -> str:
        """Hands a text over; returns the provider's id of it. `delivery` goes along, so that a repeat is known as one.

        `begin` is awaited right before the request. Raises Refused (400 and the like), NotNow (busy, down, no
        connection) and Uncertain (no answer after the request).
        """
        import httpx  # noqa: PLC0415 - five megabytes that are not needed before the first text

        client = self._client()
        await begin()
        try:
            response = await client.post(
                self._address,
                data={"To": to, "From": self._from, "Body": text},
                headers={IDEMPOTENCY: str(delivery)},
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotNow(f"no connection to the SMS provider: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise Uncertain(f"the SMS provider did not answer: {type(error).__name__}") from None
        if response.status_code in TAKEN:
            return _field(response, "sid")
        reason = f"the SMS provider answered {response.status_code} {_field(response, 'code')}".strip()
        if response.status_code in NOT_TAKEN:
            raise NotNow(reason)
        if response.is_client_error:
            raise Refused(reason)
        raise Uncertain(reason)

    async def close(self) -> None:
        """Closes the connections."""
        if self._opened is not None:
            await self._opened.aclose()

    def _client(self) -> "httpx.AsyncClient":
        if self._opened is None:
            import httpx  # noqa: PLC0415

            timeout = httpx.Timeout(20.0, connect=5.0, pool=10.0)
            self._opened = httpx.AsyncClient(auth=self._login, timeout=timeout, trust_env=False)
        return self._opened


def _field(response: "httpx.Response", name: str) -> str:
    try:
        return str(response.json()[name])[:64]
    except (ValueError, KeyError, TypeError):
        return ""
