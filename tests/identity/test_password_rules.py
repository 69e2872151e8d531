"""Passwords that the world guesses first are refused, and long sentences are not."""

import pytest

from services.identity.credentials.password_rules import weakness

PAT, NAME, GOOD = "pat.rivera@example.com", "PRivera01", "green tractor sings at dawn"


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("short", "short"),
        ("x" * 129, "long"),
        ("aaaaaaaaaaaaaaaaaa", "repeated"),
        ("abcabcabcabcabcabc", "repeated"),
        ("1234567890123456", "repeated"),
        ("qwertyuiopasdfgh", "repeated"),
        ("PatRivera-OakHill-2026", "personal"),
        ("privera01privera01!", "personal"),
        ("PasswordPassword!2", "common"),
        ("P@ssw0rdP4ssword!!", "common"),
        ("teamocorazonmivida", "common"),
        (GOOD, None),
        ("el tren azul de las ocho", None),
        ("xk29-qqwe-lmzt-88a", None),
        ("ключ от синей двери", None),
    ],
)
def test_the_worlds_first_guesses_are_refused_and_long_sentences_are_not(password: str, because: str | None) -> None:
    assert weakness(password, ["Pat", "Rivera", PAT, NAME, "Oak Hill Insurance"]) == because
