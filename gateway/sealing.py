"""Values that leave in a browser's hands and come back: forms' secrets and small cookies, sealed against change."""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class Seal:
    """Seals with the first key and accepts all of them, so that keys can be changed while people work."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = keys

    def mark(self, purpose: str, value: str) -> str:
        """A mark (64 hex digits) that only this deployment can make for this purpose and value."""
        return _mark(self._keys[0], purpose, value)

    def is_mark(self, given: str, purpose: str, value: str) -> bool:
        """Whether `given` is such a mark; takes the same time for every wrong one."""
        return any(hmac.compare_digest(given.encode(), _mark(key, purpose, value).encode()) for key in self._keys)

    def close(self, purpose: str, value: BaseModel, lifetime: int) -> str:
        """The value as text for a cookie: readable to its holder, unchangeable, good for `lifetime` seconds."""
        until = int(time.time()) + lifetime
        body = urlsafe_b64encode(value.model_dump_json(exclude_defaults=True).encode()).decode().rstrip("=")
        return f"{until}.{body}.{self.mark(purpose, f'{until}.{body}')}"

    def open(self, purpose: str, sealed: str, kind: type[M]) -> M | None:
        """The value inside, or nothing when it was changed, is over, or is not of this kind."""
        content, _, mark = sealed.rpartition(".")
        until, _, body = content.partition(".")
        if not self.is_mark(mark, purpose, content) or not until.isdigit() or int(until) < time.time():
            return None
        try:
            return kind.model_validate(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        except (ValidationError, ValueError):
            return None


def _mark(key: bytes, purpose: str, value: str) -> str:
    return hmac.new(key, f"{purpose}\0{value}".encode(), sha256).hexdigest()
