"""Commands: what the user must mend is one sentence and exit status 2, never a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def portico(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as the launcher does."""
    return subprocess.run(
        [sys.executable, "-m", "ops", *(str(argument) for argument in arguments)],
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("status",), "does not run on"),
        (("agency", "list"), "does not run on"),
        (("migrate",), "does not run on"),
        (("quarantine", "list"), "does not run on"),
        (("ams", "watch", "demo"), "no login for the system of the agency 'demo'"),
        (("ams", "publish", "-"), "no login for the system of the agency 'demo'"),
        (("nats-config",), "not a data folder"),
        (("bench", "nothing"), "no measurement 'nothing'"),
    ],
)
def test_without_a_stack_a_command_says_so(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    said = portico(*arguments, "--data", tmp_path)
    assert said.returncode == 2 and sentence in said.stderr
    assert said.stderr.count("\n") == 1 and said.stdout == ""


def test_an_unknown_process_is_named_with_those_that_exist() -> None:
    said = portico("serve", "mainframe")
    assert said.returncode == 2 and "one of gateway, identity" in said.stderr


def test_serve_without_settings_names_what_is_missing() -> None:
    said = portico("serve", "policy")
    assert said.returncode == 2 and "PORTICO_NATS_URL" in said.stderr and "Traceback" not in said.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = portico("up", "--data", tmp_path / "data", "--port", port)
    assert said.returncode == 2 and said.stdout == ""
    assert f"Portico cannot listen on 127.0.0.1:{port}" in said.stderr and "--port" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_folder_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    said = portico("up", "--data", tmp_path, "--reset")
    assert said.returncode == 2 and "not a data folder of Portico" in said.stderr
    assert (tmp_path / "letter.txt").exists()
