"""The roles that stand-ins play: where Google and Microsoft have their endpoints, and how each speaks of a person.

Microsoft's are those of its documentation for version 2.0: an issuer with the tenant in it, `oid` and `tid`, the user
name as `preferred_username`, no word about whether an e-mail address was verified, and no `iss` beside the code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from .accounts import AGENCY_DOMAIN, AT_GOOGLE, AT_MICROSOFT, Account

TENANT = "5d0c0a52-7c1e-4d55-9b6a-3f0d5e2c8a11"  # the demo agency's directory


@dataclass(frozen=True)
class Role:
    """A provider as it is played: `claims` are what its tokens say of an account, without times and client."""

    name: str
    issuer: str
    authorize: str
    token: str
    keys: str
    accounts: tuple[Account, ...]
    claims: Callable[[Account, str], dict[str, Any]]
    names_issuer: bool  # whether it puts its issuer beside the code (RFC 9207)

    @property
    def paths(self) -> tuple[str, str, str]:
        """The paths of its authorization, token and key endpoints."""
        authorize, token, keys = (urlsplit(url).path for url in (self.authorize, self.token, self.keys))
        return authorize, token, keys


def google(base: str) -> Role:
    """Google at `base`."""
    issuer = f"{base}/google"

    def claims(account: Account, client: str) -> dict[str, Any]:
        said = {"iss": issuer, "azp": client, "sub": account.subject, "email": account.email, "email_verified": True}
        return {**said, "name": account.name, **({"hd": account.hosted_domain} if account.hosted_domain else {})}

    addresses = (f"{issuer}/authorize", f"{issuer}/token", f"{issuer}/keys")
    return Role("Google", issuer, *addresses, AT_GOOGLE, claims, True)


def microsoft(base: str, tenant: str = TENANT) -> Role:
    """Microsoft at `base`, as the endpoints of one tenant; an account of another domain is of another tenant."""
    host = f"{base}/microsoft"

    def claims(account: Account, client: str) -> dict[str, Any]:
        its = tenant if account.domain == AGENCY_DOMAIN else _tenant_of(account.domain)
        return {
            "ver": "2.0",
            "iss": f"{host}/{its}/v2.0",
            "tid": its,
            "oid": account.object_id,
            "sub": sha256(f"{client} {account.object_id}".encode()).hexdigest()[:43],  # another one for each client
            "preferred_username": account.email,
            "name": account.name,
        }

    own = f"{host}/{tenant}"
    addresses = (f"{own}/oauth2/v2.0/authorize", f"{own}/oauth2/v2.0/token", f"{own}/discovery/v2.0/keys")
    return Role("Microsoft", f"{own}/v2.0", *addresses, AT_MICROSOFT, claims, False)


def _tenant_of(domain: str) -> str:
    return str(UUID(bytes=sha256(domain.encode()).digest()[:16], version=4))
