"""NATS auth callout (ADR-26) on the wire: its two keys, the sealed question about a login, and the signed answer."""

import base64
import binascii
import hmac
import json
import os
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey
from nacl.signing import SigningKey

from contracts.streams import Permissions

ACCOUNT = "PORTICO"  # where everybody on the bus belongs
SERVER_KEY = "Nats-Server-Xkey"  # the header with the key that the bus sealed its question with
SEALED = b"xkv1"
OF_ACCOUNT, OF_CURVE = 0, 23 << 3  # first byte of a key's text form: what it is the key of
KEY = 32  # bytes
UNLIMITED = -1
SUBSCRIPTIONS = 100  # that an agency's system may have at once


class Unreadable(Exception):
    """Not a question that the bus has sealed for us."""


@dataclass(frozen=True)
class Login:
    """Somebody who wants to come in, as the bus saw it; `address` is the client's."""

    user: str
    password: str
    address: str


@dataclass(frozen=True)
class Question:
    """Whether a login may come in, and what the answer must name so that it counts for this login alone."""

    login: Login
    connection: str
    server: str
    server_key: bytes


class LoginKeys:
    """The two keys of the process that answers the bus, both made from one secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._signing = SigningKey(hmac.digest(secret, b"issuer", sha256))
        self._sealing = PrivateKey(hmac.digest(secret, b"sealing", sha256))
        self.issuer = _text(OF_ACCOUNT, bytes(self._signing.verify_key))
        self.curve = _text(OF_CURVE, bytes(self._sealing.public_key))

    def read(self, body: bytes, headers: dict[str, str]) -> Question:
        """The question inside a message; raises Unreadable.

        It is sealed, so that nobody else who may listen on the bus learns a password.
        """
        try:
            server_key = _raw(headers[SERVER_KEY])
            if not body.startswith(SEALED):
                raise Unreadable("not sealed")
            opened = Box(self._sealing, PublicKey(server_key)).decrypt(body.removeprefix(SEALED))
            asked = json.loads(_decoded(opened.decode().split(".")[1]))["nats"]
            given = asked["connect_opts"]
            login = Login(str(given.get("user", "")), str(given.get("pass", "")), str(asked["client_info"]["host"]))
            return Question(login, asked["user_nkey"], asked["server_id"]["id"], server_key)
        except (KeyError, IndexError, TypeError, ValueError, CryptoError) as error:
            raise Unreadable(type(error).__name__) from None

    def admit(self, question: Question, permissions: Permissions) -> bytes:
        """The answer that lets a login in with these permissions, until its connection ends.

        It has no end of its own: a client whose login runs out is cut off with an error that many of them, nats-py
        among them, take as final; whoever loses the right is disconnected instead (connections.py).
        """
        # an empty list would allow everything
        if not permissions.publish or not permissions.subscribe:
            return self.refuse(question)
        allowed = {
            "pub": {"allow": list(permissions.publish)},
            "sub": {"allow": list(permissions.subscribe)},
            "subs": SUBSCRIPTIONS,
            "data": UNLIMITED,
            "payload": UNLIMITED,
            "type": "user",
            "version": 2,
        }
        user = self._signed(sub=question.connection, aud=ACCOUNT, name=question.login.user, nats=allowed)
        return self._answer(question, {"jwt": user})

    def refuse(self, question: Question) -> bytes:
        """The answer that keeps a login out; the client hears of no reason."""
        return self._answer(question, {"error": "refused"})

    def _answer(self, question: Question, outcome: dict[str, str]) -> bytes:
        body = {**outcome, "type": "authorization_response", "version": 2}
        token = self._signed(sub=question.connection, aud=question.server, nats=body)
        return SEALED + bytes(Box(self._sealing, PublicKey(question.server_key)).encrypt(token.encode()))

    def _signed(self, **claims: Any) -> str:
        head = _encoded(json.dumps({"typ": "JWT", "alg": "ed25519-nkey"}).encode())
        common = {"iss": self.issuer, "iat": int(time.time()), "jti": os.urandom(16).hex()}
        signed = f"{head}.{_encoded(json.dumps({**common, **claims}).encode())}"
        return f"{signed}.{_encoded(self._signing.sign(signed.encode()).signature)}"


def _text(kind: int, key: bytes) -> str:
    """A public key as NATS writes it: base32 of a byte for its kind, the key, and a CRC-16."""
    raw = bytes([kind]) + key
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _raw(text: str) -> bytes:
    raw = base64.b32decode(text + "=" * (-len(text) % 8))
    if len(raw) != KEY + 3 or raw[0] != OF_CURVE or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        raise ValueError("not a curve key")
    return raw[1:-2]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
