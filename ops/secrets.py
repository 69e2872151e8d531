"""The secrets of one deployment: a master secret from which every password is derived, and the signing key."""

import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ops.problem import Problem

FILE = "secrets.json"
MASTER_BYTES = 32
ROLES = ("owner", "app", "reader", "relay")


@dataclass(frozen=True)
class Secrets:
    """A master secret and the key that signs principals; neither is ever printed.

    `signing_key` is a private JWK, `public_keys` the JWK set by which services check what it signed, `retired_keys`
    the public keys by which old signatures are still checked. `generations` are those of the other keys that can be
    changed, the one in use first.
    """

    master: bytes
    signing_key: Mapping[str, Any]
    public_keys: Mapping[str, Any]
    retired_keys: tuple[Mapping[str, Any], ...] = ()
    generations: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Secrets(…)"

    def derive(self, *name: str) -> str:
        """The secret of this name, 64 hex digits: HMAC-SHA-256 of the name under the master secret.

        Whoever holds one derived secret learns nothing about another.
        """
        return hmac.digest(self.master, "/".join(name).encode(), sha256).hex()

    def nats(self, user: str) -> str:
        """The password of a NATS user."""
        return self.derive("nats", user)

    def keys(self, *name: str) -> str:
        """The live keys of this name, the one in use first, separated by commas as settings want them."""
        live = self.generations.get("/".join(name), (1,))
        return ",".join(self.derive(*name, *([str(number)] if number > 1 else [])) for number in live)

    @property
    def all_public_keys(self) -> Mapping[str, Any]:
        """The JWK set of all keys that ever signed."""
        return {"keys": [*self.public_keys["keys"], *self.retired_keys]}

    @property
    def login_key(self) -> bytes:
        """The key of identity's answers about every other user of the bus."""
        return bytes.fromhex(self.derive("identity", "login-key"))

    def login(self, service: str, role: str) -> str:
        """The password of a service's database login; `role` is owner, app, reader or relay."""
        return self.derive("postgres", service, role)

    def logins(self, service: str) -> dict[str, str]:
        """The passwords of a service's four logins, by role."""
        return {role: self.login(service, role) for role in ROLES}


def load_secrets(folder: Path) -> Secrets:
    """The secrets of a data folder, made at the first call.

    Raises Problem when the file is damaged: new secrets would lock us out of the data that the old ones made.
    """
    file = folder / FILE
    if not file.exists():
        _write(file, _make())
    try:
        found = json.loads(file.read_text())
        return Secrets(
            bytes.fromhex(found["master"]),
            found["signing_key"],
            found["public_keys"],
            tuple(found.get("retired_keys", ())),
            {name: tuple(numbers) for name, numbers in found.get("generations", {}).items()},
        )
    except (ValueError, KeyError, TypeError):
        raise Problem(f"{file} is damaged: put a copy of it back, or start afresh with --reset.") from None


def _make() -> dict[str, Any]:
    from kit.principal import generate_key, public_set  # noqa: PLC0415 - slow to load, and needed once

    key = generate_key(kid=secrets.token_hex(8))
    return {
        "master": secrets.token_hex(MASTER_BYTES),
        "signing_key": key.as_dict(private=True),
        "public_keys": json.loads(public_set(key)),
    }


def change_secrets(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Lets `change` work on what the file holds, and keeps the outcome."""
    load_secrets(folder)  # made, and not damaged
    found = json.loads((folder / FILE).read_text())
    change(found)
    _write(folder / FILE, found)


def _write(file: Path, value: object) -> None:
    write_private(file, json.dumps(value, indent=1) + "\n")


def write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
