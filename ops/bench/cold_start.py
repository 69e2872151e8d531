"""Measures a start on existing data: `up` to the first signed-in page, and the resident memory of every process."""

import json
import os
import time
from pathlib import Path

import httpx
import psutil

from ops.bench.temporary import running_stack, sign_in, temporary_folder
from ops.stack.folder import RUNTIME

ROUNDS = 3
PERSON = "sam.lee@example.com"  # one way to send the code, so that it goes out at once
SECONDS, MEBIBYTES = 4.0, 400  # the targets


def run(_: Path) -> None:
    """Fills a folder of its own, starts on it three times, prints each figure beside its target."""
    with temporary_folder() as data:
        began = time.monotonic()
        with running_stack(data):
            print(f"first start, with an empty folder: ready in {time.monotonic() - began:.1f} s", flush=True)
        pages: list[float] = []
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            with running_stack(data) as address:
                ready = time.monotonic() - began
                headers = {"Authorization": f"Bearer {sign_in(address, PERSON)}"}
                httpx.get(f"{address}/api/v1/home", headers=headers).raise_for_status()
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
