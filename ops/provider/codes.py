"""Authorization codes of a stand-in, and the ID tokens that they are traded for."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from .accounts import Account
from .roles import Role

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

GOOD_FOR = 60.0  # seconds
MOST = 1000
TOKEN_GOOD_FOR = 3600


@dataclass(frozen=True)
class Client:
    """The one client that a stand-in knows: the demo agency's."""

    id: str
    secret: str
    return_address: str


@dataclass(frozen=True)
class Granted:
    """What a code was made for."""

    account: Account
    nonce: str
    challenge: str
    until: float


class Codes:
    """Makes codes and trades each once, in the role that the stand-in plays."""

    def __init__(self, role: Role, client: Client) -> None:
        self.role = role
        self.client = client
        self._granted: dict[str, Granted] = {}

    def make(self, account: Account, nonce: str, challenge: str) -> str:
        """A code for an account."""
        code = secrets.token_urlsafe(24)
        self._granted[code] = Granted(account, nonce, challenge, time.monotonic() + GOOD_FOR)
        while len(self._granted) > MOST:
            self._granted.pop(next(iter(self._granted)))
        return code

    def trade(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a token request: its status, and a token or an error of RFC 6749."""
        client = self.client
        given = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if not secrets.compare_digest(given.encode(), f"{client.id}:{client.secret}".encode()):
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "authorization_code":
            return 400, {"error": "unsupported_grant_type"}
        granted = self._granted.pop(form.get("code", ""), None)
        if granted is None or granted.until < time.monotonic() or form.get("redirect_uri") != client.return_address:
            return 400, {"error": "invalid_grant"}
        verifier = sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(verifier).decode().rstrip("=") != granted.challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": secrets.token_urlsafe(24),
            "token_type": "Bearer",
            "expires_in": TOKEN_GOOD_FOR,
            "id_token": self._token(granted),
        }

    @property
    def keys(self) -> dict[str, Any]:
        """The public key, as a set."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}

    def _token(self, granted: Granted) -> str:
        from joserfc import jwt  # noqa: PLC0415 - most starts of a stack never need it

        now = int(time.time())
        claims = {
            **self.role.claims(granted.account, self.client.id),
            "aud": self.client.id,
            "nonce": granted.nonce,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_GOOD_FOR,
        }
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)

    @cached_property
    def _key(self) -> "RSAKey":
        """Made when it is first needed, since it takes a moment."""
        from joserfc.jwk import RSAKey  # noqa: PLC0415

        return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8)})
