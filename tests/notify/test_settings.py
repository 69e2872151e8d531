"""Wrong settings are named at the start."""

from typing import Any

import pytest

from kit.settings import SettingsError, load
from services.notify.settings import NotifySettings

GOOD = {
    "NATS_URL": "nats://127.0.0.1:4222",
    "NATS_USER": "notify",
    "NATS_PASSWORD": "x",
    "PRINCIPAL_KEYS": "{}",
    "DATABASE_URL": "postgresql://x",
    "READER_URL": "postgresql://x",
    "RELAY_URL": "postgresql://x",
    "PUBLIC_URL": "http://localhost:8080",
    "SMTP_URL": "smtp://user:p%40ss@mail.example.com:587",
    "MAIL_FROM": "portal@mail.example.com",
    "SMS_URL": "https://sms.example.com",
    "SMS_ACCOUNT": "AC1",
    "SMS_KEY": "key",
    "SMS_FROM": "+15125550100",
}


def load_with(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> NotifySettings:
    for name, value in {**GOOD, **changes}.items():
        if value is None:
            monkeypatch.delenv(f"PORTICO_{name}", raising=False)
        else:
            monkeypatch.setenv(f"PORTICO_{name}", value)
    return load(NotifySettings)


def test_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_with(monkeypatch)
    assert settings.public_host == "localhost"
    assert "p%40ss" not in repr(settings)
    without = dict.fromkeys(("SMS_URL", "SMS_ACCOUNT", "SMS_KEY", "SMS_FROM"))
    assert load_with(monkeypatch, **without).sms_url == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", None),
        ("PUBLIC_URL", "portal.example.com"),
        ("PUBLIC_URL", "https://portal.example.com/"),
        ("SMTP_URL", None),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "http://mail.example.com"),
        ("MAIL_FROM", None),
        ("MAIL_FROM", "Portal <portal@mail.example.com>"),
        ("SMS_ACCOUNT", None),
        ("SMS_KEY", None),
        ("SMS_KEY", ""),
        ("SMS_FROM", None),
        ("SMS_FROM", "512 555 01 00 00"),
    ],
)
def test_what_is_missing_or_wrong_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    with pytest.raises(SettingsError, match=f"PORTICO_{name}"):
        load_with(monkeypatch, **{name: value})


def test_a_wrong_url_is_not_repeated_with_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as error:
        load_with(monkeypatch, SMTP_URL="http://user:secret@mail.example.com")
    assert "expected smtp://host:port" in str(error.value)
    assert "secret" not in str(error.value)
