"""The secrets of a deployment in containers: `python -m ops.deployment write` makes a folder of files for each one."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.identity.agencies import AddAgency, AgencyDetails, AgencyExists
from contracts.kinds import PROCESSES, Refusal
from kit.bus import Asker
from kit.settings import PREFIX, SettingsError, load
from ops.bus import connected
from ops.problem import Problem
from ops.secrets import ROLES, Secrets, load_secrets
from ops.stack.nats import OPS, render_config, user_of_ams, users_of_processes
from ops.stack.places import SERVICES, with_login
from ops.stack.postgres import SUPERUSER
from ops.stack.systems import system_user

FOLDER = Path(__file__).parents[1] / "deploy" / "generated"
NATS_PORT, NATS_MONITOR_PORT, NATS_STORE = 4222, 8222, Path("/data")
LOGINS = {"DATABASE_URL": "app", "READER_URL": "reader", "RELAY_URL": "relay"}


class OpsSettings(BaseSettings):
    """The bus, and the password of its user `ops`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    nats_url: str
    ops_password: SecretStr


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def write(
    folder: Annotated[Path, typer.Option(help="Where the files go; the same folder gives the same secrets.")] = FOLDER,
    agency: Annotated[list[str] | None, typer.Option(help="An agency whose system publishes on the bus.")] = None,
    database: Annotated[str, typer.Option(help="The database server as containers reach it.")] = (
        "postgresql://postgres:5432"
    ),
    admin_database: Annotated[
        str, typer.Option(envvar="PORTICO_ADMIN_DATABASE_URL", help="Its administrator's address, if not ours.")
    ] = "",
) -> None:
    """Write a folder for each container, with one file for each of its secrets, and the bus's configuration."""
    agencies = agency or ["demo"]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # closed, since the files in it are open: containers read them as users of their own
    (folder / ".gitignore").write_text("*\n")
    secrets = load_secrets(folder)
    admin = admin_database or with_login(database, SUPERUSER, secrets.derive("postgres"), "postgres")
    for container, files in _files(secrets, database, admin, agencies).items():
        for name, text in files.items():
            _write_open(folder / container / name, text)
    users = [
        *users_of_processes({name: secrets.nats(name) for name in (*PROCESSES, OPS)}),
        *(user_of_ams(slug, secrets.nats(system_user(slug))) for slug in agencies),
    ]
    config = render_config(NATS_STORE, NATS_PORT, NATS_MONITOR_PORT, users, host="0.0.0.0")  # noqa: S104
    _write_open(folder / "nats" / "nats.conf", config)
    print(f"wrote {folder}")


@app.command("add-agency")
def add_agency(record: Annotated[Path, typer.Argument(help="A JSON file like ops/demo/agency.json.")]) -> None:
    """Add an agency over the bus, as `ops`; says so and goes on when it is there already."""
    try:
        details = AgencyDetails.model_validate_json(record.read_bytes())
    except (OSError, ValueError) as error:
        raise Problem(f"{record} is not an agency's record: {str(error).splitlines()[0]}.") from None
    settings = load(OpsSettings)
    print(asyncio.run(_add(details, settings.nats_url, settings.ops_password.get_secret_value())))


async def _add(details: AgencyDetails, url: str, password: str) -> str:
    async with connected(url, OPS, password) as client:
        try:
            await Asker(client).ask(AddAgency(details=details))
        except AgencyExists:
            return f"{details.slug} is there already"
        except Refusal as refusal:
            raise Problem(f"{details.slug} could not be added: {refusal.title}") from None
    return f"added {details.slug}"


def _files(secrets: Secrets, database: str, admin: str, agencies: list[str]) -> dict[str, dict[str, str]]:
    """What is secret, by the container that needs it: a file's name and what it holds."""
    keys = json.dumps(dict(secrets.public_keys), separators=(",", ":"))
    files = {
        process: {"PORTICO_NATS_PASSWORD": secrets.nats(process), "PORTICO_PRINCIPAL_KEYS": keys}
        for process in PROCESSES
    }
    for service in SERVICES:
        for name, role in LOGINS.items():
            login = with_login(database, f"{service}_{role}", secrets.login(service, role), f"portico_{service}")
            files[service][f"PORTICO_{name}"] = login
        files[f"migrate-{service}"] = {
            "PORTICO_ADMIN_DATABASE_URL": admin,
            **{f"PORTICO_{service}_{role}_PASSWORD".upper(): secrets.login(service, role) for role in ROLES},
        }
    files["identity"]["PORTICO_SIGNING_KEY"] = json.dumps(dict(secrets.signing_key), separators=(",", ":"))
    files["identity"]["PORTICO_CODE_KEY"] = secrets.derive("identity", "code-key")
    files["identity"]["PORTICO_SEALING_KEY"] = secrets.derive("identity", "sealing-key")
    files["gateway"]["PORTICO_CSRF_KEY"] = secrets.derive("gateway", "csrf-key")
    files["notify"]["PORTICO_SMS_KEY"] = secrets.derive("notify", "sms-key")
    files["streams"] = {
        "PORTICO_NATS_PASSWORD": secrets.nats(OPS),
        "PORTICO_AMS_AGENCIES": ",".join(agencies),
    }
    files["postgres"] = {"POSTGRES_PASSWORD": secrets.derive("postgres")}
    files["mailbox"] = {"PORTICO_MAILBOX_SMS_KEY": secrets.derive("notify", "sms-key")}
    files["ops"] = {
        "PORTICO_OPS_PASSWORD": secrets.nats(OPS),
        **{f"ams-{slug}.env": _login(slug, secrets) for slug in agencies},
    }
    return files


def _login(slug: str, secrets: Secrets) -> str:
    """What `ams publish` reads in its data folder."""
    user = system_user(slug)
    lines = {"URL": f"nats://nats:{NATS_PORT}", "USER": user, "PASSWORD": secrets.nats(user)}
    return "".join(f"PORTICO_NATS_{name}={value}\n" for name, value in lines.items())


def _write_open(file: Path, text: str) -> None:
    """In place: a container that has the file mounted sees the new text."""
    file.parent.mkdir(mode=0o755, exist_ok=True)
    file.write_text(text)
    file.chmod(0o644)


def main() -> None:
    """Runs the command in the arguments; a Problem is one sentence and exit status 2."""
    try:
        app(prog_name="python -m ops.deployment")
    except (Problem, SettingsError) as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
