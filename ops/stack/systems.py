"""The logins of the agencies' own systems: the file that hands one its client credentials and the bus's address."""

from pathlib import Path

from ops.problem import Problem
from ops.secrets import write_private

AMS = "ams"  # the name of the system that `agency add` makes, and that plays the agency's in `ams publish`
NAMES = (
    "PORTICO_CLIENT_ID",
    "PORTICO_CLIENT_SECRET",
    "PORTICO_NATS_URL",
    "PORTICO_NATS_USER",
    "PORTICO_NATS_PASSWORD",
)


def render_login(client_id: str, client_secret: str, nats_url: str) -> str:
    """One setting a line; the bus takes the same credentials as the token's address."""
    values = (client_id, client_secret, nats_url, client_id, client_secret)
    return "".join(f"{name}={value}\n" for name, value in zip(NAMES, values, strict=True))


def write_login(folder: Path, client_id: str, client_secret: str, nats_url: str) -> Path:
    """Writes the file with which a system comes in, readable by its owner alone; returns where it is."""
    name, _, agency = client_id.partition("_")
    file = login_file(folder, agency, name)
    write_private(file, render_login(client_id, client_secret, nats_url))
    return file


def refresh_logins(folder: Path, nats_url: str) -> None:
    """Puts the bus's address of today into every such file."""
    for file in folder.glob("*.env"):
        login = read_login(file)
        if login.get("PORTICO_NATS_URL", nats_url) != nats_url:
            write_private(file, "".join(f"{n}={v}\n" for n, v in {**login, "PORTICO_NATS_URL": nats_url}.items()))


def read_login(file: Path) -> dict[str, str]:
    """What such a file says; nothing where there is none."""
    try:
        return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Problem(f"{file} cannot be read: it is no text.") from None


def login_file(folder: Path, agency: str, name: str = AMS) -> Path:
    """Where a system finds its login."""
    return folder / f"{name}-{agency}.env"
