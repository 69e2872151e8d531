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
from contracts.principal import Scope
from contracts.streams import VIEW_USER
from kit.bus import Asker
from kit.migrating.streams import apply_ams_consumer
from kit.settings import PREFIX, SettingsError, load
from ops.bus import connected
from ops.problem import Problem
from ops.rotation import Step, take
from ops.secrets import ROLES, Secrets, load_secrets
from ops.stack.nats import OPS, USERS, callout_of, render_config, users_of_processes
from ops.stack.places import SERVICES, with_login
from ops.stack.postgres import SUPERUSER
from ops.stack.systems import AMS, render_login
from ops.systems import open_login

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
    database: Annotated[str, typer.Option(help="The database server as containers reach it.")] = (
        "postgresql://postgres:5432"
    ),
    admin_database: Annotated[
        str, typer.Option(envvar="PORTICO_ADMIN_DATABASE_URL", help="Its administrator's address, if not ours.")
    ] = "",
) -> None:
    """Write a folder for each container, with one file for each of its secrets, and the bus's configuration."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # closed, since the files in it are open: containers read them as users of their own
    (folder / ".gitignore").write_text("*\n")
    secrets = load_secrets(folder)
    admin = admin_database or with_login(database, SUPERUSER, secrets.derive("postgres"), "postgres")
    for container, files in _files(secrets, database, admin).items():
        for name, text in files.items():
            _write_open(folder / container / name, text)
    users = users_of_processes({name: secrets.nats(name) for name in USERS})
    callout = callout_of(secrets.login_key)
    config = render_config(NATS_STORE, NATS_PORT, NATS_MONITOR_PORT, users, callout, host="0.0.0.0")  # noqa: S104
    _write_open(folder / "nats" / "nats.conf", config)
    print(f"wrote {folder}")


@app.command()
def rotate(
    step: Annotated[Step, typer.Argument(help="One after the other: announce, use, forget.")],
    folder: Annotated[Path, typer.Option(help="Where `write` has put the files.")] = FOLDER,
) -> None:
    """Take a step of changing all keys without a failed request; then `write` again, and restart what it says."""
    print(f"{step}: now `write` as before and update the containers' secrets; {take(step, folder)}")


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
            said = f"added {details.slug}"
        except AgencyExists:
            said = f"{details.slug} is there already"
        except Refusal as refusal:
            raise Problem(f"{details.slug} could not be added: {refusal.title}") from None
        await apply_ams_consumer(client, details.slug)
    return said


@app.command()
def login(
    agency: Annotated[str, typer.Argument(help="The agency's short name.")],
    name: Annotated[str, typer.Argument(help="The system's short name.")] = AMS,
    scope: Annotated[list[Scope] | None, typer.Option(help="What it may do, where it is new.")] = None,
    address: Annotated[str, typer.Option(help="The bus as the system reaches it, if not as we do.")] = "",
) -> None:
    """Print a login for an agency's system: a new secret; the system is added where it is not there yet."""
    settings = load(OpsSettings)
    scopes = tuple(scope or [Scope.AMS_PUBLISH])
    print(asyncio.run(_login(settings, agency, name, scopes, address or settings.nats_url)), end="")


async def _login(settings: OpsSettings, agency: str, name: str, scopes: tuple[Scope, ...], address: str) -> str:
    async with connected(settings.nats_url, OPS, settings.ops_password.get_secret_value()) as client:
        made = await open_login(client, agency, scopes, name)
    return render_login(made.system.client_id, made.client_secret, address)


def _files(secrets: Secrets, database: str, admin: str) -> dict[str, dict[str, str]]:
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
    files["identity"]["PORTICO_CODE_KEY"] = secrets.keys("identity", "code-key")
    files["identity"]["PORTICO_SEALING_KEY"] = secrets.keys("identity", "sealing-key")
    files["identity"]["PORTICO_LOGIN_KEY"] = secrets.login_key.hex()
    files["policy"]["PORTICO_SEALING_KEY"] = secrets.keys("policy", "sealing-key")
    files["gateway"]["PORTICO_CSRF_KEY"] = secrets.keys("gateway", "csrf-key")
    files["gateway"]["PORTICO_VIEW_PASSWORD"] = secrets.nats(VIEW_USER)
    files["notify"]["PORTICO_SMS_KEY"] = secrets.derive("notify", "sms-key")
    files["streams"] = {"PORTICO_NATS_PASSWORD": secrets.nats(OPS)}
    files["postgres"] = {"POSTGRES_PASSWORD": secrets.derive("postgres")}
    files["mailbox"] = {"PORTICO_MAILBOX_SMS_KEY": secrets.derive("notify", "sms-key")}
    files["ops"] = {"PORTICO_OPS_PASSWORD": secrets.nats(OPS), "PORTICO_PRINCIPAL_KEYS": keys}
    return files


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
