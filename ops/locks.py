"""`./portico lock`: hash-pinned locks without addresses, one per process, from the extras of pyproject.toml."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ops.problem import Problem

ROOT = Path(__file__).parents[1]
EXTRAS = ("ops", "gateway", "identity", "policy", "documents", "notify")  # each with the very versions of dev
BUILD_TOOL = "setuptools>=80"  # builds the one package that is published without a wheel
COMPILE = ("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate")


def resolve() -> Iterator[str]:
    """Writes every lock; yields a line for each."""
    uv = shutil.which("uv")
    if uv is None:
        raise Problem("uv resolves the locks and is not installed: `pip install uv` and try again.")
    yield _compile(uv, "build", "-", said=BUILD_TOOL)
    yield _compile(uv, "dev", "pyproject.toml", "--extra", "dev")
    for extra in EXTRAS:
        yield _compile(uv, extra, "pyproject.toml", "--extra", extra, "--constraint", "locks/dev.lock")


def _compile(uv: str, name: str, *source: str, said: str | None = None) -> str:
    lock = f"locks/{name}.lock"
    done = subprocess.run([uv, *COMPILE, *source, "-o", lock], cwd=ROOT, check=False, input=said, text=True)
    if done.returncode:
        raise Problem(f"{lock} could not be resolved, for the reason above.")
    pins = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    return f"{lock}: {pins} packages"
