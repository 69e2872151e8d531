"""The signed principal: who asks, as a JWS that every service can check by itself."""

import json
import time
from collections import OrderedDict
from hashlib import sha256

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import ValidationError

from contracts.principal import ALGORITHM, Principal

REMEMBERED = 4096


class PrincipalRefused(Exception):
    """The principal is missing, forged or over."""


def generate_key(kid: str) -> OKPKey:
    """A new Ed25519 signing key."""
    return OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)


def public_set(*keys: OKPKey) -> str:
    """The JWK set (JSON) with the public halves: two of them while keys rotate."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


class PrincipalSigner:
    """Signs principals with one private key (a JWK in JSON)."""

    def __init__(self, private_jwk: str) -> None:
        self._key = OKPKey.import_key(json.loads(private_jwk))
        self._header = {"alg": ALGORITHM, "kid": self._key.kid}

    def sign(self, principal: Principal) -> str:
        """The principal as a compact JWS."""
        return jws.serialize_compact(
            self._header, principal.model_dump_json(exclude_defaults=True), self._key, algorithms=[ALGORITHM]
        )


class PrincipalVerifier:
    """Checks principals against a JWK set (JSON); remembers good ones, since a session's repeats for a minute."""

    def __init__(self, public_jwks: str) -> None:
        self._keys = KeySet.import_key_set(json.loads(public_jwks))
        self._good: OrderedDict[bytes, Principal] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """The principal inside the JWS.

        Raises PrincipalRefused when the signature, the key or the form is wrong, or its time is over.
        """
        digest = sha256(token.encode()).digest()
        principal = self._good.get(digest)
        if principal is None:
            try:
                payload = jws.deserialize_compact(token, self._keys, algorithms=[ALGORITHM]).payload
                principal = Principal.model_validate_json(payload)
            except (JoseError, ValidationError, ValueError) as error:
                raise PrincipalRefused(type(error).__name__) from None
            self._good[digest] = principal
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        if principal.exp <= time.time():
            self._good.pop(digest, None)
            raise PrincipalRefused("expired")
        return principal
