"""OAuth 2.0 for the agencies' systems: POST /oauth/token trades client credentials for an access token (RFC 6749 §4.4).

Everything below /oauth/ answers as that standard says, in JSON with `error`, also what the door refuses.
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.identity.systems import ClientRefused, GrantToken
from contracts.kinds import BadRequest, Broken, Refusal, Unavailable

from .browser import browser_of
from .parts import Parts
from .refusals import WrongType

PREFIX = "/oauth/"
FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
FIELDS = 20
LONGEST = 200  # characters of a client id or secret
CHALLENGE = 'Basic realm="portico", charset="UTF-8"'
UNSEEN = {"cache-control": "no-store", "pragma": "no-cache"}
# as the standard calls what we refuse by other names
NAMES: dict[type[Refusal], str] = {
    BadRequest: "invalid_request",
    WrongType: "invalid_request",
    Unavailable: "temporarily_unavailable",
    Broken: "server_error",
}


class GrantUnsupported(Refusal):
    """RFC 6749 §5.2: another way to an access token than by client credentials."""

    code, status, title = "unsupported_grant_type", 400, "Only client_credentials are accepted here."


class Oauth:
    """The token's address."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """Its route."""
        return [Route(f"{PREFIX}token", self.token, methods=["POST"])]

    async def token(self, request: Request) -> Response:
        """An access token for a system that proves by its secret that it is the one."""
        fields = _fields(request)
        if fields.get("grant_type") is None:
            raise BadRequest(pointer="", problem="grant_type is missing")
        if fields["grant_type"] != GRANT:
            raise GrantUnsupported
        client_id, secret = _credentials(request, fields)
        if not client_id or not secret or len(client_id) > LONGEST or len(secret) > LONGEST:
            raise ClientRefused
        scopes = tuple(fields.get("scope", "").split())[:FIELDS]
        browser = browser_of(request, self._parts.settings.proxies)
        asked = GrantToken(client_id=client_id, client_secret=secret, scopes=scopes, browser=browser)
        granted = await self._parts.asker.ask(asked)
        body = {
            "access_token": granted.token,
            "token_type": "Bearer",
            "expires_in": round((granted.expires_at - datetime.now(UTC)).total_seconds()),
            "scope": " ".join(granted.scopes),
        }
        return JSONResponse(body, headers=UNSEEN)


def refused(refusal: Refusal) -> Response:
    """The answer to whoever asked below /oauth/ and is refused (RFC 6749 §5.2)."""
    name = NAMES.get(type(refusal), refusal.code)
    body = {"error": name, "error_description": str(refusal.facts.get("problem") or refusal.title)}
    status = 400 if name == "invalid_request" else refusal.status
    response = Response(json.dumps(body), status, UNSEEN, "application/json")
    if isinstance(refusal, ClientRefused):
        response.headers["www-authenticate"] = CHALLENGE
    return response


def _fields(request: Request) -> dict[str, str]:
    """The form's fields; an empty one counts as left out, as §3.2 has it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise WrongType
    body: bytes = request.scope["portico.body"]
    try:
        pairs = parse_qsl(body.decode(), max_num_fields=FIELDS, errors="strict")
    except ValueError:
        raise BadRequest(pointer="", problem="The body is not a form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest(pointer="", problem="A parameter is repeated.")
    return fields


def _credentials(request: Request, fields: dict[str, str]) -> tuple[str, str]:
    """Client id and secret: from the Authorization header (client_secret_basic) or the form (client_secret_post)."""
    given = request.headers.get("authorization")
    if given is None:
        return fields.get("client_id", ""), fields.get("client_secret", "")
    scheme, _, encoded = given.partition(" ")
    if scheme.lower() != "basic":
        raise ClientRefused
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise ClientRefused from None
    client_id, secret = unquote_plus(client_id), unquote_plus(secret)
    if not colon:
        raise ClientRefused
    if "client_secret" in fields or fields.get("client_id", client_id) != client_id:
        raise BadRequest(pointer="", problem="There are two client authentications.")
    return client_id, secret
