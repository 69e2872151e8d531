"""`./portico test`: the checks that read the code, then every test; stops at the first check that fails."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
OWN_STACKS = ("journeys", "isolation")  # folders whose tests start whole stacks, about half of the time
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
    pytest = [sys.executable, "-m", "pytest"]
    if arguments:
        return subprocess.run([*pytest, *arguments], cwd=ROOT, env=environment, check=False).returncode
    return _run_halves(pytest, environment)


def _run_halves(pytest: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs the tests in two processes side by side, since most of their time is waiting; prints one after the other."""
    others = sorted(
        f"tests/{folder.name}"
        for folder in (ROOT / "tests").iterdir()
        if folder.name not in OWN_STACKS and any(folder.glob("**/test_*.py"))
    )
    with tempfile.TemporaryFile() as said:
        beside = subprocess.Popen([*pytest, *others], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            stacks = [f"tests/{name}" for name in OWN_STACKS]
            first = subprocess.run([*pytest, *stacks], cwd=ROOT, env=environment, check=False)
            second = beside.wait()
        finally:
            beside.terminate()
        said.seek(0)
        sys.stdout.write(said.read().decode(errors="replace"))
    return first.returncode or second
