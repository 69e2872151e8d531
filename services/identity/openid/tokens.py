"""ID tokens of OpenID Connect providers: what makes one believable, and what it says of a person."""

import hmac
import logging
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from contracts.identity.openid import OpenidRefused, Provider

from .keys import Keys
from .settings import Endpoints

log = logging.getLogger(__name__)

ALGORITHM = "RS256"
LEEWAY = 60  # seconds that clocks may differ by
LONGEST = 16 * 1024  # characters of a token
LONGEST_SUBJECT = 255  # by OpenID Connect Core


@dataclass(frozen=True)
class Claims:
    """What a provider vouches for. `issuer` and `subject` together are the person for good; the rest may change.

    `email_verified` is only ever Google's word: Microsoft lets an organization's administrator type any address, so
    there `user_name` says who it is inside the agency's own organization. `hosted_domain` is a Google Workspace's.
    """

    provider: Provider
    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    hosted_domain: str = ""
    name: str = ""
    user_name: str = ""


async def read(token: str, provider: Provider, endpoints: Endpoints, client_id: str, nonce: str, keys: Keys) -> Claims:
    """The claims of an ID token for this client and this browser; raises OpenidRefused, OpenidAway.

    Believed is a token of this issuer, signed with RS256 by one of its keys, for this client alone, not expired, and
    made for the nonce of this sign-in (OpenID Connect Core, 3.1.3.7).
    """
    try:
        if len(token) > LONGEST:
            raise ValueError("too long")
        header = extract_compact(token.encode()).headers()
        if header.get("alg") != ALGORITHM:
            raise ValueError("not signed with RS256")
        key = await keys.find(endpoints.keys, _text(header, "kid") or None)
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "values": list(endpoints.issuers)},
            sub={"essential": True},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        _check_client(claims, client_id)
        _check_tenant(claims, endpoints)
        if not hmac.compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
            raise ValueError("another nonce")
        return _claims(provider, endpoints, claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        log.warning("an ID token is not believed", extra={"provider": provider.value, "why": str(error)[:120]})
        raise OpenidRefused from None


def _check_client(claims: dict[str, Any], client_id: str) -> None:
    """For this client and for no other: a token for several could have been taken from any of them."""
    if claims["aud"] not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise ValueError("for another client")


def _check_tenant(claims: dict[str, Any], endpoints: Endpoints) -> None:
    """Of the agency's own directory: Microsoft signs for every organization with the same keys."""
    if endpoints.tenant and _text(claims, "tid").lower() != endpoints.tenant:
        raise ValueError("of another organization")


def _claims(provider: Provider, endpoints: Endpoints, claims: dict[str, Any]) -> Claims:
    subject = _text(claims, "sub")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError("no subject")
    return Claims(
        provider,
        endpoints.issuers[0],
        subject,
        email=_text(claims, "email").strip()[:254],
        email_verified=provider is Provider.GOOGLE and claims.get("email_verified") is True,
        hosted_domain=_text(claims, "hd")[:253],
        name=_text(claims, "name")[:200],
        user_name=_text(claims, "preferred_username").strip()[:254],
    )


def _text(claims: dict[str, Any], name: str) -> str:
    found = claims.get(name)
    return found if isinstance(found, str) else ""
