"""The portal as browsers see it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """`host` is what passkeys are bound to (the relying party's id), `origin` the only place where they are used."""

    host: str
    origin: str
