"""Identity's settings: the keys that only it holds, and where the portal is."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from .openid.settings import OpenidSettings
from .site import Site


class IdentitySettings(OpenidSettings):
    """What identity needs beside the bus and its database.

    `signing_key` is a private Ed25519 JWK (JSON); `code_key` and `sealing_key` are one or more keys of 32 bytes in
    hex, separated by commas: the first makes the hashes of codes, or seals secrets, and all are accepted; `login_key`
    is the secret of 32 bytes in hex behind its answers about logins of the bus; `public_url` is where browsers find
    the portal, without a path.
    """

    signing_key: SecretStr
    code_key: SecretStr
    sealing_key: SecretStr
    login_key: SecretStr
    public_url: str = "http://localhost:8080"
    activity_heads_every: float = Field(default=3600, gt=0, description="seconds between signed heads of an agency")
    activity_heads_folder: Path | None = Field(default=None, description="where signed heads are kept as files too")

    @field_validator("code_key", "sealing_key", "login_key")
    @classmethod
    def _of_32_bytes(cls, value: SecretStr) -> SecretStr:
        if any(len(bytes.fromhex(key)) != 32 for key in value.get_secret_value().split(",")):
            raise ValueError("every key needs 32 bytes in hex")
        return value

    @property
    def code_keys(self) -> tuple[bytes, ...]:
        """The keys of the hashes of codes, the one that makes them first."""
        return tuple(bytes.fromhex(key) for key in self.code_key.get_secret_value().split(","))

    @property
    def sealing_keys(self) -> tuple[bytes, ...]:
        """The keys of sealed secrets, the one that seals first."""
        return tuple(bytes.fromhex(key) for key in self.sealing_key.get_secret_value().split(","))

    @property
    def host(self) -> str:
        """The portal's host name, without port: what passkeys are bound to."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def site(self) -> Site:
        """The portal as browsers that use passkeys see it."""
        return Site(self.host, self.public_url)
