"""`./portico test`: the checks that read the code, then every test; stops at the first check that fails."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ops.stack.processes import describe_end

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# folders that take longest, the longest first, each in a process of its own; all others share one
LONG = ("journeys", "identity", "isolation", "gateway", "policy", "kit", "ops")
AT_ONCE = (os.cpu_count() or 2) + 1  # processes; each waits for half of its time
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
    # a suite is some hundred processes, each of which would compile everything anew
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
    return _run_folders(pytest, environment)


def _run_folders(pytest: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs the folders of tests side by side, with a line for each as it ends; what failed is printed last."""
    others = sorted(
        folder.name
        for folder in (ROOT / "tests").iterdir()
        if folder.name not in LONG and any(folder.glob("**/test_*.py"))
    )

    def run(folders: Sequence[str]) -> subprocess.CompletedProcess[str]:
        started = time.monotonic()
        command = [*pytest, "-q", *(f"tests/{name}" for name in folders)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        found = re.findall(r"^(\d+ .*) in \d", done.stdout, re.MULTILINE) or [describe_end(done.returncode)]
        left_out = re.findall(r"^SKIPPED.*\n", done.stdout, re.MULTILINE)
        line = f"{', '.join(folders):<36} {found[-1]:<32} {time.monotonic() - started:5.0f} s\n"
        print(line, *left_out, sep="", end="", flush=True)
        return done

    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            ended = list(pool.map(run, [*((name,) for name in LONG), others]))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    failed = [done for done in ended if done.returncode]
    for done in failed:
        print(f"\n{done.stdout}", end="")
    print(f"{len(ended) - len(failed)} of {len(ended)} ok in {time.monotonic() - started:.0f} s")
    return failed[0].returncode if failed else 0
