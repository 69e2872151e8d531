"""Importing is harmless: no module connects anywhere or reads the environment before it is told to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kit.migrate import SERVICES

from .tree import CODE, ROOT, modules

# imports the modules in its arguments and prints what they did meanwhile that they should not
WATCH = """
import json, os, sys
from importlib import import_module
root, names = sys.argv[1], sys.argv[2:]
sys.path.insert(0, root)
sins = []
def ours():
    frame = sys._getframe(2)
    while frame and frame.f_globals["__name__"] in ("os", "_collections_abc", "collections.abc"):
        frame = frame.f_back
    name = frame.f_code.co_filename if frame else ""
    return name[len(root) + 1 :] if name.startswith(root) and "site-packages" not in name else ""
class Watched(type(os.environ)):
    def __getitem__(self, key):
        if where := ours():
            sins.append(f"{where} read {key}")
        return super().__getitem__(key)
    def __iter__(self):
        if where := ours():
            sins.append(f"{where} read the environment")
        return super().__iter__()
os.environ.__class__ = Watched
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.system"):
        sins.append(f"{event} while importing {current}")
sys.addaudithook(hook)
for current in names:
    import_module(current)
print(json.dumps(sins))
"""


def sins_of(root: Path, *names: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", WATCH, str(root), *names], env={}, cwd="/", capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return list(json.loads(run.stdout.splitlines()[-1]))


def test_no_module_connects_or_reads_the_environment_when_it_is_imported() -> None:
    names = sorted(modules())
    assert {name.split(".")[0] for name in names} == set(CODE)
    assert sins_of(ROOT, *names) == []


WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[2].split(","):
            raise ImportError(f"{name} is not installed")
sys.path.insert(0, sys.argv[1])
sys.meta_path.insert(0, Missing())
import importlib
for name in sys.argv[3:]:
    importlib.import_module(name)
"""


def imported_without(missing: str, *names: str) -> str:
    """What Python complains of when these modules are imported where some packages are not installed."""
    command = [sys.executable, "-c", WITHOUT, str(ROOT), missing, *names]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_the_gateway_has_no_database_driver_and_no_broker() -> None:
    """It has neither jobs nor events to do: the broker alone takes seven megabytes."""
    assert imported_without("asyncpg,sqlalchemy,alembic,faststream", "kit.serve", "gateway.app") == ""
    for one in ("asyncpg", "faststream"):
        assert f"{one} is not installed" in imported_without(one, "kit.answering")


def test_no_process_loads_what_only_migrations_need() -> None:
    """Twenty megabytes in each, and a third of a second of its start."""
    apps = [f"services.{service}.app" for service in SERVICES]
    assert imported_without("sqlalchemy,alembic", "kit.serve", "kit.answering", *apps) == ""


@pytest.mark.parametrize("service", SERVICES)
def test_the_look_for_it_does_look(service: str) -> None:
    assert "sqlalchemy is not installed" in imported_without("sqlalchemy", f"services.{service}.tables")


def test_the_watch_notices_both(tmp_path: Path) -> None:
    (tmp_path / "reads.py").write_text("import os\nHOME = os.environ.get('HOME')\nASKED = os.getenv('PORTICO_X', '')\n")
    (tmp_path / "connects.py").write_text(
        "import socket\nwith socket.socket() as s:\n    s.settimeout(1)\n    s.connect_ex(('127.0.0.1', 9))\n"
    )
    assert sins_of(tmp_path, "reads") == ["reads.py read HOME", "reads.py read PORTICO_X"]
    assert sins_of(tmp_path, "connects") == ["socket.connect while importing connects"]
