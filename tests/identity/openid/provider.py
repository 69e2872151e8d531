"""An OpenID provider on loopback that can be told to lie: it plays Google for the client code that is tested."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.admin import WebServer
from ops.stack.ports import free_port

CLIENT, SECRET = "portico-tests.apps.example", "of-the-client"
Claims = dict[str, Any]


@cache
def key(kid: str, bits: int = 2048) -> RSAKey:
    """A signing key; each takes a moment to make, so tests share them."""
    return RSAKey.generate_key(bits, {"kid": kid})


@dataclass(frozen=True)
class Asked:
    """What a browser was sent to the provider with."""

    client: str
    state: str
    nonce: str
    challenge: str
    return_address: str
    parameters: dict[str, str]


def asked_of(url: str) -> Asked:
    """Reads the address of the provider's page."""
    found = dict(parse_qsl(urlsplit(url).query))
    return Asked(
        found["client_id"],
        found["state"],
        found["nonce"],
        found["code_challenge"],
        found["redirect_uri"],
        found,
    )


@dataclass
class Provider:
    """The provider; `sign` makes a token of claims, `keys` are the public ones it shows, `answer` overrides both."""

    port: int
    key: RSAKey = field(default_factory=lambda: key("first"))
    keys: list[dict[str, Any]] = field(default_factory=list)
    sign: Callable[[Claims], str] | None = None
    answer: Callable[[], Any] | None = None
    answer_keys: Callable[[], Any] | None = None
    codes: dict[str, tuple[Asked, Claims]] = field(default_factory=dict)
    posted: list[dict[str, str]] = field(default_factory=list)
    asked_for_keys: int = 0

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets every lie and everything that was asked."""
        self.keys = [self.key.as_dict(private=False)]
        self.sign = self.answer = self.answer_keys = None
        self.codes, self.posted, self.asked_for_keys = {}, [], 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Identity's settings for which this is Google."""
        return {
            "google_issuer": self.url,
            "google_authorize_url": f"{self.url}/authorize",
            "google_token_url": f"{self.url}/token",
            "google_keys_url": f"{self.url}/keys",
        }

    def vouch(self, url: str, email: str, subject: str = "", **changes: Any) -> tuple[str, str]:
        """Lets a person choose an account at the address; returns state and code of the way back.

        `changes` replace claims; one that is None is left out.
        """
        asked = asked_of(url)
        now = int(time.time())
        claims: Claims = {
            "iss": self.url,
            "aud": asked.client,
            "azp": asked.client,
            "sub": subject or f"sub-{email}",
            "iat": now,
            "exp": now + 3600,
            "nonce": asked.nonce,
            "email": email,
            "email_verified": True,
            "name": "Pat Rivera",
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked, claims
        return asked.state, code

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.posted.append(form)
        if self.answer is not None:
            answer = self.answer()
            return await answer if asyncio.iscoroutine(answer) else answer  # type: ignore[no-any-return]
        asked, claims = self.codes.pop(form.get("code", ""), (None, None))
        if asked is None or claims is None or form["grant_type"] != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, 400)
        verifier = sha256(form["code_verifier"].encode()).digest()
        proven = base64.urlsafe_b64encode(verifier).decode().rstrip("=") == asked.challenge
        if not proven or form["redirect_uri"] != asked.return_address:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse(
            {"access_token": "at", "token_type": "Bearer", "id_token": (self.sign or self.signed)(claims)}
        )

    def signed(self, claims: Claims) -> str:
        """The token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    async def _keys(self, _: Request) -> Response:
        self.asked_for_keys += 1
        if self.answer_keys is not None:
            return self.answer_keys()  # type: ignore[no-any-return]
        return JSONResponse({"keys": self.keys})

    def app(self) -> Starlette:
        return Starlette(
            routes=[Route("/token", self._token, methods=["POST"]), Route("/keys", self._keys, methods=["GET"])]
        )


def unsigned(claims: Claims, algorithm: str = "none") -> str:
    """A token with an algorithm in its head and no signature."""
    head = _b64(json.dumps({"alg": algorithm, "kid": "first", "typ": "JWT"}).encode())
    return f"{head}.{_b64(json.dumps(claims).encode())}."


def keyed(claims: Claims, secret: bytes) -> str:
    """A token under HS256, made by hand: no library takes a public key as a secret one any more."""
    body = unsigned(claims, "HS256").removesuffix(".")
    return f"{body}.{_b64(hmac.new(secret, body.encode(), sha256).digest())}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """A provider that listens."""
    provider = Provider(free_port())
    server = WebServer(provider.app(), f"127.0.0.1:{provider.port}")
    await server.start()
    try:
        yield provider
    finally:
        await server.stop()
