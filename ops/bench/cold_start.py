"""Measures a start on existing data: `up` to the first signed-in page, and the resident memory of every process."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from ops.problem import Problem
from ops.stack.environment import ROOT
from ops.stack.folder import RUNTIME
from ops.stack.ports import free_port

ROUNDS = 3
PERSON = "sam.lee@example.com"  # one way to send the code, so that it goes out at once
SECONDS, MEBIBYTES = 4.0, 400  # the targets


def run(_: Path) -> None:
    """Fills a folder of its own, starts on it three times, prints each figure beside its target."""
    with tempfile.TemporaryDirectory(prefix="portico-bench-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with _started(data) as (address, first):
            print(f"first start, with an empty folder: ready in {first:.1f} s", flush=True)
        pages: list[float] = []
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            with _started(data) as (address, ready):
                _open_home(address)
                pages.append(time.monotonic() - began)
                resident = memory(data)
            print(
                f"start {number}: ready in {ready:.2f} s, first signed-in page after {pages[-1]:.2f} s,"
                f" {resident:.0f} MiB resident",
                flush=True,
            )
    load = os.getloadavg()[0]
    print(f"cold-start: best {min(pages):.2f} s (target {SECONDS:g}), {resident:.0f} MiB (target {MEBIBYTES})")
    print(f"on {os.cpu_count()} cores, load of the last minute {load:.1f}")


def memory(data: Path) -> float:
    """MiB that the whole stack takes: memory that processes share counts once (PSS), where the system tells it."""
    runtime = json.loads((data / RUNTIME).read_text())
    up = psutil.Process(runtime["pid"])
    return sum(_share(process) for process in [up, *up.children(recursive=True)]) / (1 << 20)


def _share(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.Error:
        return 0


@contextmanager
def _started(data: Path) -> Iterator[tuple[str, float]]:
    """A stack on this folder for the block: its address, and the seconds until it said that it is ready."""
    port = free_port()
    command = [sys.executable, "-m", "ops", "up", "--data", str(data), "--port", str(port)]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as up:
        try:
            assert up.stdout is not None and up.stderr is not None
            if not up.stdout.readline().startswith("ready "):
                up.send_signal(signal.SIGINT)
                raise Problem(f"The stack did not start: {up.stderr.read().strip()}")
            yield f"http://localhost:{port}", time.monotonic() - began
        finally:
            up.send_signal(signal.SIGINT)
            up.communicate()


def _open_home(address: str) -> None:
    """Signs in as a person would, and opens Home."""
    begun = _call(f"{address}/api/v1/demo/sign-in", {"email": PERSON})
    code = _code(address)
    done = _call(f"{address}/api/v1/demo/sign-in/{begun['sign_in']}/verify", {"code": code})
    _call(f"{address}/api/v1/home", token=done["token"])


def _code(address: str) -> str:
    began = time.time()
    while time.time() < began + 10:
        for mail in _call(f"{address}/dev/mailbox.json"):
            if PERSON in str(mail["to"]) and _is_since(mail["at"], began - 2):
                found = re.search(r"\b\d{6}\b", mail["text"])
                if found:
                    return found.group()
        time.sleep(0.02)
    raise Problem("The identification code did not arrive within 10 s.")


def _is_since(at: str, moment: float) -> bool:
    return datetime.fromisoformat(at).timestamp() >= moment


def _call(address: str, body: dict[str, str] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=10) as answer:  # noqa: S310
        return json.load(answer)
