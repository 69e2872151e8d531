"""The folder in which caught messages outlive the mailbox: <id>.eml with the mail, <id>.json with what came beside."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kit.ids import new_id

from .messages import Caught, entry

KEPT = 500  # messages


class Folder:
    """The newest messages, as many as KEPT."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._entries: dict[str, dict[str, Any]] = {}  # oldest first; mails are read only once
        self._texts: dict[str, str] = {}
        self._number = 0
        found = [caught for file in path.glob("*.json") if (caught := self._load(file.stem))]
        for caught in sorted(found, key=lambda caught: caught.number):
            self._show(caught)
        self._forget_oldest()

    def keep(self, kind: str, to: str, *, text: str = "", raw: bytes = b"", idempotency: str = "") -> str:
        """Keeps a message and returns its id; a text with a known idempotency key is the one that is there."""
        if idempotency and idempotency in self._texts:
            return self._texts[idempotency]
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        caught = Caught(str(new_id()), self._number + 1, at, kind, to, text, raw, idempotency)
        if raw:
            self._write(f"{caught.id}.eml", raw)
        facts = {name: value for name, value in asdict(caught).items() if name not in ("id", "raw")}
        self._write(f"{caught.id}.json", json.dumps(facts).encode())  # last: what has no .json was not taken
        self._show(caught)
        self._forget_oldest()
        return caught.id

    def find(self, message: str) -> Caught | None:
        """The message with this id."""
        return self._load(message) if message in self._entries else None

    def listed(self) -> list[dict[str, Any]]:
        """What is there, newest first."""
        return list(reversed(self._entries.values()))

    def empty(self) -> None:
        """Forgets every message."""
        for message in list(self._entries):
            self._forget(message)

    def _show(self, caught: Caught) -> None:
        self._number = caught.number
        self._entries[caught.id] = entry(caught)
        if caught.idempotency:
            self._texts[caught.idempotency] = caught.id

    def _forget_oldest(self) -> None:
        for message in list(self._entries)[:-KEPT]:
            self._forget(message)

    def _forget(self, message: str) -> None:
        del self._entries[message]
        self._texts = {key: known for key, known in self._texts.items() if known != message}
        for ending in ("json", "eml"):
            (self._path / f"{message}.{ending}").unlink(missing_ok=True)

    def _load(self, message: str) -> Caught | None:
        try:
            facts = json.loads((self._path / f"{message}.json").read_bytes())
            raw = (self._path / f"{message}.eml").read_bytes() if facts["kind"] == "email" else b""
            return Caught(**{**facts, "id": message, "raw": raw})
        except (OSError, ValueError, TypeError, KeyError):
            return None  # cut off by a crash, or not ours

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self._path / f"{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(self._path / name)
