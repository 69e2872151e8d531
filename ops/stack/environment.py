"""The environment of each process: its own secrets and addresses, and nothing of anyone else's."""

import json
import os
from pathlib import Path

from contracts.streams import VIEW_USER
from ops.provider import roles
from ops.secrets import Secrets
from ops.stack.places import SERVICES, Places

ROOT = Path(__file__).parents[2]
# what a person may set for all processes without taking the stack apart
TUNING = ("LOG_LEVEL", "TRACE_SHARE", "REQUEST_LIMIT", "FROZEN_AFTER", "POOL", "FEED_BATCH", "PROXIES")
SYSTEM = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE")
SMS_ACCOUNT = "ACportico"
SMS_FROM = "+15555550100"
STAND_IN_CLIENT = "portico-demo"
MAIL_FROM = "portal@portico.example"


def environment_of(process: str, places: Places, secrets: Secrets, traces: Path) -> dict[str, str]:
    """What kit.settings and the process's own settings read; `traces` is the folder for spans."""
    settings = {
        "NATS_URL": places.nats_url,
        "NATS_USER": process,
        "NATS_PASSWORD": secrets.nats(process),
        "PRINCIPAL_KEYS": json.dumps(dict(secrets.public_keys)),
        "TRACES": os.environ.get("PORTICO_TRACES", str(traces / f"{process}.ndjson")),
        **{name: os.environ[f"PORTICO_{name}"] for name in TUNING if f"PORTICO_{name}" in os.environ},
        **(_of_service(process, places, secrets) if process in SERVICES else {}),
        **_own(process, places, secrets),
    }
    return {**plain(), **{f"PORTICO_{name}": value for name, value in settings.items()}}


def plain() -> dict[str, str]:
    """What any process of ours needs to run at all."""
    kept = {name: os.environ[name] for name in SYSTEM if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}


def mailbox_environment(places: Places, secrets: Secrets, folder: Path) -> dict[str, str]:
    """What the mailbox reads, which catches every mail and text of a development stack."""
    return {
        **plain(),
        "PORTICO_MAILBOX_SMTP": places.address("mailbox-smtp"),
        "PORTICO_MAILBOX_HTTP": places.address("mailbox"),
        "PORTICO_MAILBOX_FOLDER": str(folder),
        "PORTICO_MAILBOX_SMS_KEY": secrets.derive("notify", "sms-key"),
    }


def stand_in_of(process: str, places: Places, secrets: Secrets) -> dict[str, str]:
    """What a process of a demo stack reads besides: the mailbox plays Google and Microsoft, and identity goes there."""
    base = f"http://{places.address('mailbox')}"
    match process:
        case "mailbox":
            settings = {
                "STAND_IN_BASE": base,
                "STAND_IN_CLIENT": STAND_IN_CLIENT,
                "STAND_IN_SECRET": secrets.derive("identity", "stand-in-client"),
                "STAND_IN_RETURN": f"{places.public_url}/oidc/callback",
            }
        case "identity":
            played = {"GOOGLE": roles.google(base), "MICROSOFT": roles.microsoft(base, "{tenant}")}
            settings = {
                f"{name}_{what}": value
                for name, role in played.items()
                for what, value in (
                    ("ISSUER", role.issuer),
                    ("AUTHORIZE_URL", role.authorize),
                    ("TOKEN_URL", role.token),
                    ("KEYS_URL", role.keys),
                )
            }
        case _:
            settings = {}
    return {f"PORTICO_{name}": value for name, value in settings.items()}


def _of_service(service: str, places: Places, secrets: Secrets) -> dict[str, str]:
    logins = {"DATABASE_URL": "app", "READER_URL": "reader", "RELAY_URL": "relay"}
    return {
        "ADMIN_LISTEN": places.address(service),
        **{name: places.login(service, role, secrets.login(service, role)) for name, role in logins.items()},
    }


def _own(process: str, places: Places, secrets: Secrets) -> dict[str, str]:
    match process:
        case "identity":
            return {
                "SIGNING_KEY": json.dumps(dict(secrets.signing_key)),
                "CODE_KEY": secrets.keys("identity", "code-key"),
                "SEALING_KEY": secrets.keys("identity", "sealing-key"),
                "LOGIN_KEY": secrets.login_key.hex(),
                "PUBLIC_URL": places.public_url,
            }
        case "policy":
            # this stack is one machine's, for development: what a demo agency is told may stay on it
            return {"SEALING_KEY": secrets.keys("policy", "sealing-key"), "WEBHOOKS_TO_LOOPBACK": "true"}
        case "notify":
            return {
                "PUBLIC_URL": places.public_url,
                "SMTP_URL": f"smtp://{places.address('mailbox-smtp')}",
                "MAIL_FROM": MAIL_FROM,
                "SMS_URL": f"http://{places.address('mailbox')}",
                "SMS_ACCOUNT": SMS_ACCOUNT,
                "SMS_KEY": secrets.derive("notify", "sms-key"),
                "SMS_FROM": SMS_FROM,
            }
        case "gateway":
            return {
                "LISTEN": places.admin("gateway"),
                "PUBLIC_URL": places.public_url,
                "MAILBOX_URL": f"http://{places.address('mailbox')}",
                "CSRF_KEY": secrets.keys("gateway", "csrf-key"),
                "VIEW_PASSWORD": secrets.nats(VIEW_USER),
            }
        case _:
            return {}
