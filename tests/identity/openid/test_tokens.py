"""ID tokens that are forged, expired, misdirected or signed with keys that are no keys: none is believed."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import Response

from contracts.identity.openid import (
    OpenidAway,
    OpenidRefused,
)
from services.identity.openid import keys

from .provider import CLIENT, SECRET, Claims, Provider, key, keyed, unsigned
from .world import Google


def forgeries(provider: Provider) -> Iterator[tuple[str, Callable[[Claims], str] | None, dict[str, Any]]]:
    """What it is, how it is signed where not as it should be, and claims that are other than they should be."""
    now = int(time.time())
    stranger, own = key("stranger"), provider.key
    public = own.as_pem(private=False)
    curve = ECKey.generate_key("P-256", {"kid": "first"})

    def by(algorithm: str, with_key: Any, **header: Any) -> Callable[[Claims], str]:
        head = {"alg": algorithm, "kid": "first"} | header
        return lambda claims: jwt.encode(head, claims, with_key, algorithms=[algorithm])

    yield "another's signature under a known key's id", by("RS256", stranger), {}
    yield "another's key, by its own id", by("RS256", stranger, kid="stranger"), {}
    yield "the key in the header", by("RS256", stranger, jwk=stranger.as_dict(private=False)), {}
    yield "alg none", unsigned, {}
    yield "alg NONE", lambda claims: unsigned(claims, "NoNe"), {}
    yield "alg RS256 without a signature", lambda claims: unsigned(claims, "RS256"), {}
    yield "HS256 with the public key", lambda claims: keyed(claims, public), {}
    yield "HS256 with the client's secret", lambda claims: keyed(claims, SECRET.encode()), {}
    yield "ES256", by("ES256", curve), {}
    yield "RS512 with the right key", by("RS512", own), {}
    yield "no token at all", lambda _: "", {}
    yield "a word", lambda _: "not.a.token", {}
    yield "a huge one", lambda claims: provider.signed(claims | {"pad": "x" * 20_000}), {}
    yield "expired", None, {"exp": now - 120}
    yield "without an end", None, {"exp": None}
    yield "an end that is no time", None, {"exp": "tomorrow"}
    yield "from the future", None, {"iat": now + 600}
    yield "without a time", None, {"iat": None}
    yield "for another client", None, {"aud": "another.apps.example", "azp": None}
    yield "for several clients", None, {"aud": [CLIENT, "another.apps.example"]}
    yield "given to another client", None, {"azp": "another.apps.example"}
    yield "without a client", None, {"aud": None}
    yield "from another issuer", None, {"iss": "https://accounts.example.com"}
    yield "from almost the issuer", None, {"iss": f"{provider.url}/"}
    yield "without an issuer", None, {"iss": None}
    yield "for another sign-in", None, {"nonce": "another"}
    yield "for no sign-in", None, {"nonce": None}
    yield "for an odd sign-in", None, {"nonce": ["a"]}
    yield "nobody's", None, {"sub": None}
    yield "an empty subject", None, {"sub": ""}
    yield "a number as subject", None, {"sub": 7}
    yield "a subject too long", None, {"sub": "x" * 256}


@contextmanager
def at_most_a_warning() -> Iterator[None]:
    """Some forgeries use algorithms that the library warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


async def test_forged_expired_and_misdirected_tokens_are_refused(google: Google) -> None:
    await google.household()
    tried = 0
    with at_most_a_warning():
        for what, sign, changes in forgeries(google.provider):
            google.provider.sign = sign
            try:
                answer = await google.come(**changes)
            except OpenidRefused:
                tried += 1
            else:
                pytest.fail(f"{what}: {answer}")
    assert tried == 32
    assert google.identity.codes == []
    google.provider.sign = None
    assert (await google.come()).sign_in is not None  # and it was not for another reason


async def test_new_keys_are_looked_up_but_not_for_everybody_who_names_one(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    await google.household()
    monkeypatch.setattr(keys, "PAUSE", 0.0)
    provider, second = google.provider, key("second")
    await google.come()
    assert provider.asked_for_keys == 1
    provider.keys.append(second.as_dict(private=False))
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "second"}, claims, second)
    await google.come()
    assert provider.asked_for_keys == 2
    monkeypatch.setattr(keys, "PAUSE", 60.0)
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, second)
    for _ in range(3):
        with pytest.raises(OpenidRefused):
            await google.come()
    assert provider.asked_for_keys == 2


async def test_a_withdrawn_key_is_not_believed_for_long_and_known_ones_outlive_an_outage(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    await google.household()
    provider = google.provider
    await google.come()
    monkeypatch.setattr(keys, "FRESH", -1.0)
    monkeypatch.setattr(keys, "RETRY", -1.0)
    provider.answer_keys = lambda: Response(status_code=503)
    assert (await google.come()).sign_in is not None
    monkeypatch.setattr(keys, "USABLE", -1.0)
    with pytest.raises(OpenidAway):
        await google.come()
    monkeypatch.undo()
    monkeypatch.setattr(keys, "FRESH", -1.0)
    monkeypatch.setattr(keys, "RETRY", -1.0)
    provider.answer_keys, provider.keys = None, [key("second").as_dict(private=False)]
    with pytest.raises(OpenidRefused):
        await google.come()


async def test_weak_keys_and_keys_for_other_uses_are_no_keys(google: Google) -> None:
    await google.household()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = key("weak", 1024)
        google.provider.keys = [
            weak.as_dict(private=False),
            key("first").as_dict(private=False) | {"use": "enc"},
            {"kty": "oct", "kid": "oct", "k": "c2VjcmV0"},
            {"kty": "RSA", "kid": "half", "n": "AQAB"},
            "nonsense",  # type: ignore[list-item]
        ]
        google.provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "weak"}, claims, weak)
        with pytest.raises(OpenidRefused):
            await google.come()
    google.provider.sign = None
    with pytest.raises(OpenidRefused):
        await google.come()
