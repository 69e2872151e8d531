"""The data folder: all that a stack keeps, in one place, used by one stack at a time."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.problem import Problem
from ops.secrets import Secrets, load_secrets, write_private

DEFAULT = Path(__file__).parents[2] / "data"
MARK = "portico-data"  # the file by which a folder is known to be ours
LOCK = "lock"
RUNTIME = "runtime.json"
STATE = "state.json"
LOG_BYTES = 8 << 20  # a log that is longer at a start makes room for a new one
LOGS_KEPT = 3


@dataclass(frozen=True)
class DataFolder:
    """The layout of a data folder.

    `runtime.json` says what runs where while a stack runs; `state.json` what is done already.
    """

    path: Path

    @classmethod
    def existing(cls, path: Path) -> "DataFolder":
        """A folder that `up` has made before; raises Problem where it has not."""
        if not (path / MARK).exists():
            raise Problem(f"{path} is not a data folder of Portico: `./portico up` makes one, or name another --data.")
        return cls(path.absolute())

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.path / "logs"

    @property
    def traces(self) -> Path:
        """One file of spans per process."""
        return self.path / "traces"

    @property
    def secrets(self) -> Secrets:
        """The deployment's secrets, made at first use."""
        return load_secrets(self.path)

    def read(self, name: str) -> dict[str, Any]:
        """What one of the JSON files holds; nothing where it is missing or torn."""
        try:
            found = json.loads((self.path / name).read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Replaces one of the JSON files."""
        write_private(self.path / name, json.dumps(value, indent=1) + "\n")

    def note(self, **done: Any) -> None:
        """Adds to the state what is done."""
        self.write(STATE, {**self.read(STATE), **done})

    def log_of(self, process: str) -> Path:
        """The log of a process, after making room when the old one has grown long."""
        file = self.logs / f"{process}.log"
        if file.exists() and file.stat().st_size > LOG_BYTES:
            for number in range(LOGS_KEPT - 1, 0, -1):
                older = file.with_suffix(f".{number}.log")
                if older.exists():
                    older.replace(file.with_suffix(f".{number + 1}.log"))
            file.replace(file.with_suffix(".1.log"))
        return file

    def is_used(self) -> bool:
        """Whether a stack runs on this folder now."""
        try:
            with (self.path / LOCK).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


@contextlib.contextmanager
def opened(path: Path, *, reset: bool = False) -> Iterator[DataFolder]:
    """The folder, made if need be, for this process alone until the block ends.

    `reset` empties it first. Raises Problem when it cannot be written, is used, or is somebody else's.
    """
    path = path.absolute()
    try:
        # as root PostgreSQL runs as another user, who must get through to its own folder
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        _require_ours(path)
        (path / MARK).touch()
        lock = (path / LOCK).open("a")
    except OSError as error:
        raise Problem(
            f"The data folder {path} cannot be written: {error.strerror}. Name another with --data."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"Portico runs on {path} already: stop it first, or name another folder with --data."
            ) from None
        folder = DataFolder(path)
        if reset:
            _empty(path)
        for part in (folder.logs, folder.traces):
            part.mkdir(mode=0o700, exist_ok=True)
        yield folder


def _require_ours(path: Path) -> None:
    if not (path / MARK).exists() and any(path.iterdir()):
        raise Problem(f"{path} is not empty and not a data folder of Portico: name another with --data.")


def _empty(path: Path) -> None:
    from ops.stack.programs import reachable, unprivileged  # noqa: PLC0415 - only for a reset

    # PostgreSQL's part may lie where its user can reach it
    shutil.rmtree(reachable(path / "postgres", unprivileged()))
    for entry in path.iterdir():
        if entry.name in (MARK, LOCK):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
