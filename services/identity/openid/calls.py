"""Calls to OpenID Connect providers: bounded in time and size, to the address that was named and no other."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts.identity.openid import OpenidAway

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

PATIENCE = 4.0  # seconds for one call, from its name's look-up to the last byte
LARGEST = 128 * 1024  # bytes of an answer
RETRY_AFTER = 30  # seconds
HEADERS = {"accept": "application/json", "accept-encoding": "identity"}  # what is packed could unpack to anything


class Calls:
    """Speaks with providers over one pool of connections, which is opened at the first call."""

    def __init__(self) -> None:
        self._opened: httpx.AsyncClient | None = None

    async def get(self, url: str) -> dict[str, Any]:
        """The JSON object at an address; raises OpenidAway."""
        status, body = await self._call("GET", url, None, {})
        if status != 200:
            raise self._away(url, f"status {status}")
        return body

    async def post(self, url: str, body: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Posts a form; the answer's status (200, or one that blames the caller) and its JSON object.

        Raises OpenidAway.
        """
        return await self._call("POST", url, body, headers)

    async def close(self) -> None:
        """Closes the connections."""
        if self._opened is not None:
            await self._opened.aclose()

    async def _call(
        self, method: str, url: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        import httpx  # noqa: PLC0415 - five megabytes that an identity without OpenID clients never needs

        if self._opened is None:
            self._opened = httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, headers=HEADERS)
        try:
            async with (
                asyncio.timeout(PATIENCE),
                self._opened.stream(method, url, content=body, headers=headers) as answer,
            ):
                if answer.status_code >= 500 or answer.status_code == 429 or answer.is_redirect:
                    raise self._away(url, f"status {answer.status_code}")
                return answer.status_code, _object(await self._read(url, answer))
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise self._away(url, type(error).__name__) from None

    async def _read(self, url: str, answer: "httpx.Response") -> bytes:
        pieces = bytearray()
        async for piece in answer.aiter_raw():
            pieces += piece
            if len(pieces) > LARGEST:
                raise self._away(url, "too much")
        return bytes(pieces)

    def _away(self, url: str, why: str) -> OpenidAway:
        log.warning("an OpenID provider did not answer as it should", extra={"url": url, "why": why})
        return OpenidAway(retry_after=RETRY_AFTER)


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
