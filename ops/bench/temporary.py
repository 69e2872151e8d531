"""A stack of its own for a measurement: a folder that is gone afterwards, and `up` as a person would start it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from ops.problem import Problem
from ops.stack.environment import ROOT
from ops.stack.ports import free_port

READY_WITHIN = 120.0  # seconds
MAIL_WITHIN = 15.0


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's unprivileged user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="portico-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_stack(folder: Path, *words: str, **settings: str) -> Iterator[str]:
    """`up` on this folder, with these words and settings more; yields the gateway's address once it is ready."""
    port = free_port()
    command = [sys.executable, "-m", "ops", "up", "--data", str(folder), "--port", str(port), *words]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready "):
            raise Problem("The stack for the measurement did not start; `./portico up` says why.")
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def sign_in(address: str, email: str) -> str:
    """Signs in over the JSON API with the code from the mailbox; returns the session's token."""
    with httpx.Client(base_url=address, timeout=10) as client:
        asked = datetime.now(UTC) - timedelta(seconds=1)  # the folder may hold mails of an earlier start
        started = client.post("/api/v1/demo/sign-in", json={"email": email}).raise_for_status().json()
        code = _code_for(client, email, asked)
        verify = f"/api/v1/demo/sign-in/{started['sign_in']}/verify"
        token: str = client.post(verify, json={"code": code}).raise_for_status().json()["token"]
        return token


def _code_for(client: httpx.Client, email: str, asked: datetime) -> str:
    end = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < end:
        for mail in client.get("/dev/mailbox.json").raise_for_status().json():
            found = re.search(r"\b\d{6}\b", mail["text"]) if mail["to"] == email else None
            if found and datetime.fromisoformat(mail["at"]) >= asked:
                return found.group()
        time.sleep(0.05)
    raise Problem("No identification code arrived in the mailbox.")
