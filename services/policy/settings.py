"""Policy's settings: those of every service, and what webhooks need."""

from pydantic import Field, SecretStr, field_validator

from kit.sealing import keys_of
from kit.settings import ServiceSettings


class PolicySettings(ServiceSettings):
    """What policy needs beside the bus and its database.

    `sealing_key` is one or more keys of 32 bytes in hex, separated by commas: the first seals the secrets of webhooks,
    and all open them.
    """

    sealing_key: SecretStr
    webhooks_to_loopback: bool = Field(default=False, description="whether a demo agency's may go to this machine")

    @field_validator("sealing_key")
    @classmethod
    def _of_32_bytes(cls, value: SecretStr) -> SecretStr:
        keys_of(value.get_secret_value())
        return value
