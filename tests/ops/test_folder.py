"""The data folder: one stack at a time, and nothing that is not ours is ever touched."""

import subprocess
import sys
from pathlib import Path

import pytest

from ops.problem import Problem
from ops.stack.folder import LOG_BYTES, RUNTIME, DataFolder, opened

HOLD = "import sys; from pathlib import Path; from ops.stack.folder import opened\n"
HOLD += "with opened(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_two_stacks_on_one_folder_refuse(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        assert DataFolder(data).is_used()
        with pytest.raises(Problem, match=r"runs on .* already"), opened(data):
            pass
        with pytest.raises(Problem, match=r"runs on .* already"), opened(data, reset=True):
            pass
        other.kill()
    assert not DataFolder(data).is_used()  # a lock does not outlive who held it
    with opened(data) as folder:
        assert folder.logs.is_dir()


def test_somebody_elses_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    for reset in (False, True):
        with pytest.raises(Problem, match="not a data folder"), opened(tmp_path, reset=reset):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="cannot be written"), opened(tmp_path / "file" / "data"):
        pass


def test_reset_empties_what_is_ours(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with opened(data) as folder:
        secret = folder.secrets.master
        folder.note(demo_agency=True)
        (folder.logs / "gateway.log").write_text("old")
    with opened(data, reset=True) as folder:
        assert folder.secrets.master != secret
        assert not folder.read("state.json")
        assert not list(folder.logs.iterdir())


def test_a_torn_file_reads_as_nothing(tmp_path: Path) -> None:
    (tmp_path / RUNTIME).write_text('{"pid": 1')
    assert DataFolder(tmp_path).read(RUNTIME) == {}


def test_a_long_log_makes_room_at_the_next_start(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as folder:
        for generation in range(5):
            log = folder.log_of("identity")
            log.write_bytes(b"%d" % generation + b"." * LOG_BYTES)
        assert folder.log_of("identity").exists() is False
        kept = sorted(path.name for path in folder.logs.iterdir())
        assert kept == ["identity.1.log", "identity.2.log", "identity.3.log"]
        assert (folder.logs / "identity.1.log").read_bytes()[:1] == b"4"
