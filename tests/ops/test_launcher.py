"""The launcher: one sentence about what is missing, one install for one lock, and the same command from anywhere."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parents[2] / "portico"
OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 2, "final", 0)
runpy.run_path(sys.argv[1], run_name="__main__")
"""
NO_VENV = """
import importlib.util, runpy, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "ensurepip" else find(name, *rest)
runpy.run_path(sys.argv[1], run_name="__main__")
"""
CLOSED = """
import pathlib, runpy, sys
def refuse(path):
    raise PermissionError(13, "Permission denied", str(path))
pathlib.Path.exists = refuse
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def run(*command: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command on a PATH without uv, so that pip installs, and from no registry."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def wheel(folder: Path, name: str) -> str:
    """Makes a wheel with one empty module; returns its line in a lock."""
    file = folder / f"{name}-1.0-py3-none-any.whl"
    record = ""
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {
            f"{name}.py": "",
            f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            record += f"{path},sha256={digest},{len(text)}\n"
        archive.writestr(f"{name}-1.0.dist-info/RECORD", f"{record}{name}-1.0.dist-info/RECORD,,\n")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the launcher, tiny locks, and a command line that says what it was called with."""
    folder = tmp_path / "checkout"
    (folder / "locks").mkdir(parents=True)
    (folder / "ops").mkdir()
    shutil.copy(LAUNCHER, folder)
    (folder / "ops" / "__main__.py").write_text("import sys, first\nprint('called with', *sys.argv[1:])\n")
    (folder / "locks" / "build.lock").write_text(wheel(tmp_path, "builder"))
    (folder / "locks" / "ops.lock").write_text(wheel(tmp_path, "first"))
    (folder / "locks" / "dev.lock").write_text(wheel(tmp_path, "first") + wheel(tmp_path, "second"))
    return folder


def test_an_old_python_is_told_which_one_is_needed(checkout: Path) -> None:
    said = run(sys.executable, "-c", OLD_PYTHON, checkout / "portico", folder=checkout)
    assert said.returncode == 2 and said.stdout == ""
    assert said.stderr.startswith("Portico needs Python 3.11 or newer, and this is 3.9: install")
    assert said.stderr.count("\n") == 1 and not (checkout / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(checkout: Path) -> None:
    said = run(sys.executable, "-c", NO_VENV, checkout / "portico", folder=checkout)
    assert said.returncode == 2
    assert "This Python has no ensurepip: install" in said.stderr and "python3-venv" in said.stderr
    assert said.stderr.count("\n") == 1 and not (checkout / ".venv").exists()


def test_a_checkout_that_cannot_be_written_is_one_sentence(checkout: Path) -> None:
    (checkout / ".venv").symlink_to("/proc/portico")
    said = run(sys.executable, checkout / "portico", "status", folder=checkout)
    assert said.returncode == 2 and "Traceback" not in said.stderr


def test_another_users_python_is_one_sentence(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "portico.stamp").write_text("dev.lock 0\n")
    said = run(sys.executable, "-c", CLOSED, checkout / "portico", "status", folder=checkout)
    assert said.returncode == 2 and said.stdout == ""
    assert "a Python that this user may not run" in said.stderr and said.stderr.count("\n") == 1


@pytest.mark.slow
def test_it_installs_once_and_hands_over_from_any_folder(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "ops").mkdir(parents=True)
    (elsewhere / "ops" / "__main__.py").write_text("print('not ours')\n")
    (elsewhere / "portico").symlink_to(checkout / "portico")
    links = {"PIP_FIND_LINKS": str(tmp_path)}

    first = run(sys.executable, elsewhere / "portico", "up", "--port", "1", folder=elsewhere, **links)
    assert first.stdout == "called with up --port 1\n", first.stderr
    assert "making .venv" in first.stderr and "installing 1 packages" in first.stderr
    again = run(sys.executable, elsewhere / "portico", "status", folder=elsewhere, **links)
    assert (again.stdout, again.stderr) == ("called with status\n", "")

    # tests need more, and from then on the more is kept
    tests = run(sys.executable, "portico", "test", folder=checkout, **links)
    assert tests.stdout == "called with test\n" and "installing 2 packages" in tests.stderr
    assert "making .venv" not in tests.stderr
    assert run(sys.executable, "portico", "up", folder=checkout, **links).stderr == ""

    # bytes that are not those of the lock are refused, and nothing is started
    lock = checkout / "locks" / "dev.lock"
    good = lock.read_text()
    lock.write_text(good + wheel(tmp_path, "third").replace("sha256:", "sha256:0000")[:-5] + "\n")
    refused = run(sys.executable, "portico", "up", folder=checkout, **links)
    assert refused.returncode == 2 and refused.stdout == ""
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.stderr
    assert refused.stderr.endswith("./portico starts over when called again.\n")
    lock.write_text(good)

    # an install that was interrupted, as this one was, has no stamp
    assert not (checkout / ".venv" / "portico.stamp").exists()
    (checkout / ".venv" / "lib").rename(checkout / ".venv" / "half")
    mended = run(sys.executable, "portico", "up", folder=checkout, PYTHONDONTWRITEBYTECODE="1", **links)
    assert mended.stdout == "called with up\n" and "making .venv" in mended.stderr
    assert not (checkout / ".venv" / "half").exists()
    assert list((checkout / ".venv").glob("lib/*/site-packages/__pycache__/first.*.pyc"))
