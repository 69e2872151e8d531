"""Identity's settings: the keys that only it holds."""

from pydantic import SecretStr

from kit.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """`signing_key` is a private Ed25519 JWK (JSON); `code_key` the key of code hashes, at least 32 bytes in hex."""

    signing_key: SecretStr
    code_key: SecretStr
