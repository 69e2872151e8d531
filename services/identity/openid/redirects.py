"""The way of a browser to an OpenID Connect provider and back: authorization code, PKCE, state and nonce."""

import base64
import hmac
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from contracts.identity.openid import Audience, OpenidBegun, OpenidOver, OpenidRefused, OpenidReturn, Provider
from kit.database import Transaction
from kit.ids import new_id
from services.identity import secret
from services.identity.parts import Parts

from . import clients, tokens
from .clients import Client, return_address
from .tokens import Claims

log = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=30)  # as long as a sign-in: people look for their passwords at the provider
SCOPE = "openid email profile"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Going:
    """A browser that has come back with the right secret and state, once."""

    client: Client
    carried: str


async def begin(
    provider: Provider, audience: Audience, parts: Parts, tx: Transaction, *, email: str = ""
) -> OpenidBegun:
    """Begins a way to the provider for the transaction's agency; raises NotFound where that has no client there.

    State, nonce and PKCE verifier are made of the carried secret, which the browser keeps in a cookie of ours and
    identity only as a hash: what rests in the database completes nobody's sign-in. `email` is a hint to the provider.
    """
    client = await clients.find(provider, audience, parts.seal, tx)
    carried = secret.new_secret(tx.agency)
    now = datetime.now(UTC)
    await tx.driver.execute("DELETE FROM openid_flows WHERE expires_at < $1", now)
    await tx.driver.execute(
        "INSERT INTO openid_flows (id, agency, secret_hash, provider, purpose, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        new_id(),
        tx.agency,
        secret.hash_of(carried),
        provider.value,
        audience.value,
        now + LIFETIME,
    )
    url: str = prepare_grant_uri(
        parts.settings.endpoints(provider, client.tenant).authorize,
        client.client_id,
        "code",
        redirect_uri=return_address(parts.settings.public_url),
        scope=SCOPE,
        state=_made_of(carried, "state"),
        nonce=_made_of(carried, "nonce"),
        code_challenge=create_s256_code_challenge(_made_of(carried, "verifier")),
        code_challenge_method="S256",
        prompt="select_account",  # on a shared computer the last person's account is not taken silently
        login_hint=email or None,
    )
    return OpenidBegun(url=url, carried=carried)


async def take(returned: OpenidReturn, audience: Audience, parts: Parts, tx: Transaction) -> Going:
    """Uses up the way of a browser that has come back; commit before `finish`, so that no way is gone twice.

    Raises OpenidOver for a secret that is unknown, used or expired, and for a state that was not made of it: an
    answer that an attacker got for himself does not fit the cookie of the browser that he plants it in.
    """
    if not hmac.compare_digest(returned.state.encode(), _made_of(returned.carried, "state").encode()):
        raise OpenidOver
    provider = await tx.driver.fetchval(
        "UPDATE openid_flows SET over_at = now() WHERE secret_hash = $1 AND purpose = $2 AND over_at IS NULL"
        " AND expires_at > now() RETURNING provider",
        secret.hash_of(returned.carried),
        audience.value,
    )
    if provider is None:
        raise OpenidOver
    return Going(await clients.find(Provider(provider), audience, parts.seal, tx), returned.carried)


async def finish(going: Going, returned: OpenidReturn, parts: Parts) -> Claims:
    """Trades the provider's code for what it says of the person; asks the provider, so never in a transaction.

    Raises OpenidRefused when the person turned back or the answer cannot be believed, OpenidAway.
    """
    client = going.client
    endpoints = parts.settings.endpoints(client.provider, client.tenant)
    if returned.error or not returned.code or returned.issuer not in ("", *endpoints.issuers):
        raise OpenidRefused
    body = prepare_token_request(
        "authorization_code",
        redirect_uri=return_address(parts.settings.public_url),
        code=returned.code,
        code_verifier=_made_of(going.carried, "verifier"),
    )
    proof = ClientAuth(client.client_id, client.secret, "client_secret_post")
    url, headers, body = proof.prepare("POST", endpoints.token, {"content-type": FORM}, body)
    status, answer = await parts.calls.post(url, body, headers)
    token = answer.get("id_token")
    if status != 200 or not isinstance(token, str):
        # invalid_grant is a code that was used or made up; anything else is ours or the agency's to mend
        log.warning("no ID token", extra={"provider": client.provider.value, "why": str(answer.get("error", ""))[:60]})
        raise OpenidRefused
    nonce = _made_of(going.carried, "nonce")
    return await tokens.read(token, client.provider, endpoints, client.client_id, nonce, parts.keys)


def _made_of(carried: str, what: str) -> str:
    """One of the values that belong to a carried secret: 43 URL-safe characters that do not tell the secret."""
    made = hmac.new(carried.encode(), f"openid-{what}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
