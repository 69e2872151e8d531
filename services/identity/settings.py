"""Identity's settings: the keys that only it holds, and where the portal is."""

from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from kit.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """What identity needs beside the bus and its database.

    `signing_key` is a private Ed25519 JWK (JSON); `code_key` the key of code hashes, at least 32 bytes in hex;
    `sealing_key` one or more keys of 32 bytes in hex, separated by commas: the first seals, all open; `public_url` is
    where browsers find the portal, without a path.
    """

    signing_key: SecretStr
    code_key: SecretStr
    sealing_key: SecretStr
    public_url: str = "http://localhost:8080"

    @field_validator("sealing_key")
    @classmethod
    def _of_32_bytes(cls, value: SecretStr) -> SecretStr:
        if any(len(bytes.fromhex(key)) != 32 for key in value.get_secret_value().split(",")):
            raise ValueError("every key needs 32 bytes in hex")
        return value

    @property
    def sealing_keys(self) -> tuple[bytes, ...]:
        """The keys of sealed secrets, the one that seals first."""
        return tuple(bytes.fromhex(key) for key in self.sealing_key.get_secret_value().split(","))

    @property
    def host(self) -> str:
        """The portal's host name, without port: what passkeys are bound to."""
        return urlsplit(self.public_url).hostname or "localhost"
