"""Signed heads that were kept elsewhere: what is none accuses nobody of having changed the log."""

from pathlib import Path

import pytest

from ops.audit.heads import read_heads
from ops.problem import Problem


@pytest.mark.parametrize("holds", [b"", b"root:x:0:0:root\n\n", b'{"what": "a log"}\n', b"\xff\xfe"])
def test_a_file_without_signed_heads_accuses_nobody(holds: bytes, tmp_path: Path) -> None:
    (tmp_path / "found.txt").write_bytes(holds)
    for place in (tmp_path / "found.txt", tmp_path):
        with pytest.raises(Problem, match="holds no signed heads"):
            read_heads(place)


def test_a_changed_head_is_no_mistaken_file(tmp_path: Path) -> None:
    (tmp_path / "kept.heads").write_text("changed.and.wrong\n")
    assert read_heads(tmp_path) == ["changed.and.wrong"]
