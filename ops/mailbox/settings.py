"""The mailbox's settings, from its environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.settings import PREFIX

Address = Annotated[str, Field(pattern=r"^[^:\s]+:\d{1,5}$")]


class MailboxSettings(BaseSettings):
    """Host:port to listen at for mails and for texts and pages; with a key, texts need it as their password.

    With a client and its return address the same process also takes Google's and Microsoft's places, below
    `stand_in_base`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mailbox_smtp: Address
    mailbox_http: Address
    mailbox_folder: Path
    mailbox_sms_key: SecretStr = SecretStr("")
    stand_in_base: str = ""
    stand_in_client: str = ""
    stand_in_secret: SecretStr = SecretStr("")
    stand_in_return: str = ""


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of host:port."""
    host, _, port = address.rpartition(":")
    return host, int(port)
