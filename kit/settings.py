"""Settings that every process reads from its environment, or from files of the same name in a secrets folder."""

import os
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PORTICO_"


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it."""


class ProcessSettings(BaseSettings):
    """What every process needs.

    `listen` is host:port of its HTTP side: the portal for the gateway, /metrics /healthz /readyz for all;
    `traces` is where spans go: an OTLP address (http…), a file, or nowhere when empty; `trace_share` is the share of
    traces kept when nothing fails.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    nats_url: str
    nats_user: str
    nats_password: SecretStr
    admin_listen: str = "127.0.0.1:0"
    principal_keys: Annotated[str, Field(description="JWK set with the public keys that sign principals")]
    traces: str = ""
    trace_share: float = Field(default=0.05, ge=0, le=1)
    log_level: str = "INFO"
    request_limit: int = Field(default=256, ge=1, description="requests answered side by side")
    frozen_after: float = Field(default=10.0, gt=0, description="seconds without a turn of the loop before exit")


class ServiceSettings(ProcessSettings):
    """What a process with a database needs: three logins on one database, each with its own rights."""

    database_url: SecretStr
    reader_url: SecretStr
    relay_url: SecretStr
    pool: int = Field(default=8, ge=1)
    feed_batch: int = Field(default=500, ge=1, le=1000, description="events of the AMS's applied together, at most")


S = TypeVar("S", bound=BaseSettings)


def load(settings: type[S]) -> S:
    """The settings from the environment, or from the files of the folder that PORTICO_SECRETS_DIR names.

    Raises SettingsError with the name of every setting that is missing or wrong.
    """
    folder = os.environ.get(f"{PREFIX}SECRETS_DIR")
    try:
        return settings(_secrets_dir=folder if folder and Path(folder).is_dir() else None)
    except ValidationError as error:
        problems = "; ".join(f"{_name(e['loc'])}{e['msg']}" for e in error.errors())
        raise SettingsError(problems) from None


def _name(place: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{str(place[0]).upper()}: " if place else ""
