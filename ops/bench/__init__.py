"""Measurements: each against the bare thing, alternating in one run, printed as a ratio with its target."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ops.problem import Problem

# name → the module in this folder whose `run(data)` measures and prints, and what it measures
BENCHES: dict[str, tuple[str, str]] = {
    "cold-start": ("cold_start", "`up` on existing data to the first signed-in page; resident memory of all"),
    "bus": ("bus", "a typed, authorised, traced request ÷ a bare nats-py request"),
    "sync": ("sync", "AMS events to durable, applied rows ÷ the same rows by one bulk statement; and one by one"),
    "sync-scale": ("sync_scale", "the same in a book of --policies policies ÷ in one of a thousand"),
    "home": ("home", "Home composed and rendered ÷ bare nats-py requests on the same server"),
    "page": ("page", "the bytes of Home and its stylesheets, compressed"),
    "attack": ("attack", "guessed codes from many addresses, while real people sign in, against the budgets"),
    "sign-in": ("sign_in", "address → code → session → first data ÷ bare nats-py requests on the same server"),
}


SIZED = ("sync-scale",)  # their run() is told how many policies there are to be


def run_bench(name: str, data: Path, policies: int = 1_000_000) -> None:
    """Runs one measurement; raises Problem for a name that is not known."""
    if name not in BENCHES:
        raise Problem(f"There is no measurement {name!r}: it is one of {', '.join(BENCHES)}.")
    run: Callable[..., None] = import_module(f"ops.bench.{BENCHES[name][0]}").run
    run(data, *([policies] if name in SIZED else []))
