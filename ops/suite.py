"""`./portico test`: the checks that read the code, then every test; stops at the first check that fails."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("ruff", "check", "--quiet", ".", "portico")),
    ("ruff format", ("ruff", "format", "--check", "--quiet", ".", "portico")),
    ("mypy", ("mypy", "--no-error-summary")),
    ("import rules", ("lint-imports", "--no-logo")),
)


def run_suite(arguments: Sequence[str]) -> int:
    """Runs checks and tests; `arguments` go to pytest, and with any of them only the tests run.

    Returns the exit status of the first that failed.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # a stack that the developer runs beside the tests is none of their business
    for name in [name for name in environment if name.startswith("PORTICO_")]:
        del environment[name]
    for name, command in CHECKS if not arguments else ():
        started = time.monotonic()
        done = subprocess.run(
            [BIN / command[0], *command[1:]], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
        )
        took = time.monotonic() - started
        print(f"{name:<14} {'ok' if done.returncode == 0 else 'FAILED':<7} {took:5.1f} s", flush=True)
        if done.returncode:
            sys.stdout.write(done.stdout)
            sys.stderr.write(done.stderr)
            return done.returncode
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    ).returncode
