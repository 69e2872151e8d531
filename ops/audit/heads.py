"""Signed heads: whose they are, how far a chain had come when they were signed, and whether the signature is good."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.principal import ALGORITHM
from ops.problem import Problem

TYPE = "portico-activity-head"
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)  # how a signed head looks, right or wrong


class Head(BaseModel):
    """What a signed head says; `known` is whether the key that signed it is one that the checker knows."""

    model_config = ConfigDict(frozen=True)

    agency: str
    slug: str
    number: int
    hash: str
    at: str
    known: bool = False


class BadHead(Exception):
    """A head whose signature or form is not right."""


@dataclass(frozen=True)
class Keys:
    """Public keys that the checker trusts, as a JWK set."""

    jwks: dict[str, Any]

    def open(self, signature: str) -> Head:
        """The head inside a compact JWS.

        The key travels in its header, so that heads of long ago can be checked; `known` says whether it is ours.
        Raises BadHead.
        """
        try:
            header = jws.extract_compact(signature.encode()).headers()
            if header.get("typ") != TYPE:
                raise BadHead("it is no head of an activity log")
            key = OKPKey.import_key({name: header["jwk"][name] for name in ("kty", "crv", "x")})
            payload = jws.deserialize_compact(signature, key, algorithms=[ALGORITHM]).payload
            return Head(**{**json.loads(payload), "known": key.thumbprint() in self._thumbprints()})
        except (JoseError, ValidationError, ValueError, KeyError, TypeError) as error:
            raise BadHead(f"its signature is not right ({type(error).__name__})") from None

    def _thumbprints(self) -> set[str]:
        return {OKPKey.import_key(one).thumbprint() for one in self.jwks["keys"] if one.get("kty") == "OKP"}


def keys_in(text: str) -> Keys:
    """The keys of a JWK set in JSON; raises Problem."""
    try:
        found = json.loads(text)
        KeySet.import_key_set(found)
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise Problem(f"That is no JWK set: {error or type(error).__name__}.") from None
    return Keys(found)


def read_keys(file: Path) -> Keys:
    """The keys of a file with a JWK set; raises Problem."""
    try:
        return keys_in(file.read_text())
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Problem(f"{file} cannot be read: it is no text.") from None


def read_heads(place: Path) -> list[str]:
    """The signed heads in a file, or in every `.heads` file of a folder, a line each.

    Raises Problem, also where there is none: a place that was named by mistake proves nothing, and accuses nobody.
    """
    try:
        files = sorted(place.glob("*.heads")) if place.is_dir() else [place]
        found = read_heads_in(line for file in files for line in file.read_text().splitlines())
    except OSError as error:
        raise Problem(f"{place} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        found = []
    if not any(COMPACT.fullmatch(line) for line in found):
        raise Problem(f"{place} holds no signed heads: is it the right {'folder' if place.is_dir() else 'file'}?")
    return found


def read_heads_in(lines: Iterable[str]) -> list[str]:
    """The signed heads in lines: a compact JWS alone, or JSON as `ams watch` and `audit export` print it."""
    found = []
    for line in (line.strip() for line in lines):
        if line.startswith("{"):
            try:
                value: dict[str, Any] = json.loads(line)
            except ValueError:
                continue
            data = value.get("data")
            signature = value.get("signature") or (data.get("signature") if isinstance(data, dict) else None)
            if isinstance(signature, str):
                found.append(signature)
        elif line:
            found.append(line)
    return found
