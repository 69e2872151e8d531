"""Commands: what the user must mend is one sentence and exit status 2, never a traceback."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops import cli
from ops.agencies import add_agency
from ops.problem import Problem
from ops.running import Running
from ops.secrets import load_secrets
from ops.stack.folder import DataFolder
from ops.stack.places import Places
from ops.stack.postgres import why_not_made

ROOT = Path(__file__).parents[2]


def portico(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as the launcher does."""
    return subprocess.run(
        [sys.executable, "-m", "ops", *(str(argument) for argument in arguments)],
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **environment},
        stdin=subprocess.DEVNULL,
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
        (("agency", "set", "demo"), "Name what is to be changed"),
        (("agency", "google", "demo", "--client-id", "abc"), "read from standard input, and there was none"),
        (("audit", "verify", "--file", "log", "--keys", "no-such-file"), "no-such-file cannot be read: No such file"),
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


def test_who_reads_and_goes_is_no_error() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    said = subprocess.run(
        [sys.executable, "-m", "ops.demo"], cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, check=False
    )
    os.close(writes)
    assert said.stderr == b""


def test_whoever_goes_while_the_activity_is_printed_is_no_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(_: Path) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr("ops.audit.source.open_source", gone)
    with pytest.raises(SystemExit) as ended:
        cli.app(["audit", "export", "demo"])
    assert ended.value.code == 1 and capsys.readouterr().err == ""


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


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def write(**_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "secrets.json")

    monkeypatch.setattr(cli, "app", write)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == "No space left on device: make room on the disk, and call the command again.\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            'bootstrap ...\n18:23 UTC FATAL:  could not write to file "1249": No space left on device\nremoving',
            'PostgreSQL cannot make its files: could not write to file "1249": No space left on device.',
        ),
        ("initdb: error: something else\n", "initdb failed:\ninitdb: error: something else\n"),
    ],
)
def test_why_a_database_cannot_be_made_is_picked_out(said: str, why: str) -> None:
    assert why_not_made(said) == why


def test_ctrl_c_while_a_command_loads_is_no_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    said = portico("up", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"slug": "Oak Hill"},
            "--slug: A short name has 2 to 40 small letters, digits or dashes, and no dash in front.",
        ),
        ({"slug": "api"}, "--slug: 'api' is an address of the portal itself."),
        ({"email": "office"}, "--email: This is no e-mail address, such as pat@example.com"),
        ({"website": "oakhill.example"}, "--website: A website begins with https://"),
        ({"state": "Texas"}, "--state: A state is two capital letters, such as TX."),
        ({"brand_color": "green"}, "--brand-color: A color is # and six hexadecimal digits, such as #1d4f91."),
        ({"time_zone": "Central Time"}, "--time-zone: A time zone is named like America/Chicago."),
        ({"feed_hours": 900}, "--feed-hours: This must be 168 or less."),
        ({"languages": ["fr"]}, "--languages: This must be 'en' or 'es'."),
        ({"sign_in": {"disclosure": "loud"}}, "--disclosure: This must be 'explicit' or 'neutral'."),
        ({"hours": "x" * 161}, "--hours: This is too long: 160 characters are the most."),
    ],
)
async def test_what_is_wrong_with_an_agency_is_said_in_words(fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    right = {"slug": "oakhill", "name": "Oakhill", "phone": "(512) 555-0130", "email": "office@oakhill.example"}
    nowhere = Running(DataFolder(tmp_path), load_secrets(tmp_path), Places(1, "", ""), 0, {})
    with pytest.raises(Problem) as caught:
        await add_agency(nowhere, {**right, **fields})
    assert str(caught.value).startswith(said)
