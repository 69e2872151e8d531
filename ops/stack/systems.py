"""The agencies' own systems as NATS users: who they are, and the file that hands one its login."""

from pathlib import Path

from ops.secrets import Secrets, write_private
from ops.stack.folder import DataFolder
from ops.stack.nats import OPS, NatsUser, user_of_ams, users_of_processes

FILE = "systems.json"
PROCESSES = ("gateway", "identity", "policy", "documents", "notify")


def agencies_with_system(folder: DataFolder) -> list[str]:
    """The slugs of the agencies whose system has a login."""
    return sorted(folder.read(FILE).get("agencies", []))


def add_system(folder: DataFolder, agency: str) -> bool:
    """Gives an agency's system a login; returns whether it had none before."""
    known = agencies_with_system(folder)
    if agency in known:
        return False
    folder.write(FILE, {"agencies": [*known, agency]})
    return True


def nats_users(folder: DataFolder, secrets: Secrets) -> list[NatsUser]:
    """Every user of the bus: our processes, `ops`, and the agencies' systems."""
    passwords = {name: secrets.nats(name) for name in (*PROCESSES, OPS)}
    systems = [user_of_ams(agency, secrets.nats(system_user(agency))) for agency in agencies_with_system(folder)]
    return [*users_of_processes(passwords), *systems]


def system_user(agency: str) -> str:
    """The name of the NATS user of an agency's system."""
    return f"ams_{agency}"


def write_login(folder: DataFolder, agency: str, secrets: Secrets, nats_url: str) -> Path:
    """Writes the file with which an agency's system connects: one setting a line, readable by its owner alone."""
    file = login_file(folder.path, agency)
    settings = {
        "PORTICO_NATS_URL": nats_url,
        "PORTICO_NATS_USER": system_user(agency),
        "PORTICO_NATS_PASSWORD": secrets.nats(system_user(agency)),
    }
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    if not file.exists() or file.read_text() != text:
        write_private(file, text)
    return file


def login_file(folder: Path, agency: str) -> Path:
    """Where an agency's system finds its login."""
    return folder / f"ams-{agency}.env"
