"""Where OpenID Connect providers are: Google and Microsoft as they publish it, or others on loopback in their place."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from contracts.identity.openid import Provider
from kit.settings import ServiceSettings

TENANT = "{tenant}"


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("an address like https://accounts.example.com/path")
    # in plain http anybody on the way could put keys of their own into a provider's mouth
    if parts.scheme == "http" and not _on_this_machine(parts.hostname):
        raise ValueError("plain http is for loopback addresses only")
    return url


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Url = Annotated[str, AfterValidator(_safe)]


@dataclass(frozen=True)
class Endpoints:
    """A provider's addresses, fixed by settings; `issuers` are the spellings that it may have, the first is kept.

    `tenant` is the Microsoft directory whose people alone are believed, empty for Google.
    """

    issuers: tuple[str, ...]
    authorize: str
    token: str
    keys: str
    tenant: str = ""


class OpenidSettings(ServiceSettings):
    """The providers' addresses; nothing is discovered, so that no answer can lead to another host.

    In Microsoft's `{tenant}` stands for the directory of an agency's own organization.
    """

    google_issuer: Url = "https://accounts.google.com"
    google_authorize_url: Url = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_url: Url = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    google_keys_url: Url = "https://www.googleapis.com/oauth2/v3/certs"
    microsoft_issuer: Url = "https://login.microsoftonline.com/{tenant}/v2.0"
    microsoft_authorize_url: Url = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize"
    microsoft_token_url: Url = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105
    microsoft_keys_url: Url = "https://login.microsoftonline.com/{tenant}/discovery/v2.0/keys"

    def endpoints(self, provider: Provider, tenant: str) -> Endpoints:
        """A provider's addresses for an agency's client."""
        if provider is Provider.GOOGLE:
            # Google writes its issuer in these two ways
            issuers = (self.google_issuer, self.google_issuer.partition("://")[2])
            return Endpoints(issuers, self.google_authorize_url, self.google_token_url, self.google_keys_url)
        addresses = (
            self.microsoft_issuer,
            self.microsoft_authorize_url,
            self.microsoft_token_url,
            self.microsoft_keys_url,
        )
        issuer, authorize, token, keys = (address.replace(TENANT, tenant) for address in addresses)
        return Endpoints((issuer,), authorize, token, keys, tenant)
