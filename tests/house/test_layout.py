"""The layout of the house: short files with a sentence each, named in the trade's words, with nothing left undone."""

import ast
import re
from itertools import combinations
from pathlib import Path

import pytest

from .tree import CODE, files, name, syntax

LONGEST = 300
BANNED_MODULES = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
BANNED_CLASSES = re.compile(r".+(Manager|Impl|Helper|Service)$|^(Manager|Impl|Helper)$")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
HALF_FLUSH = re.compile(r"await [\w.]+\.flush\(")
URL = re.compile(r"[a-z+]+://|(?m:^--?(index|extra-index|find-links))|file:")

# only where a given folder and the trade's own word meet: the object that the kit calls a service, and policies, which
# the service is about, like its tables and the feed's kind
SAID_TWICE = {("services", "service.py"), ("policy", "policies.py")}


def too_long(path: Path) -> bool:
    return len(path.read_text().splitlines()) > LONGEST


def sentence_of(path: Path) -> str:
    """The first paragraph of a module's docstring."""
    return (ast.get_docstring(syntax(path)) or "").split("\n\n", 1)[0]


def test_no_file_is_above_300_lines() -> None:
    long = [
        name(path) for path in files(".py", ".html", ".txt", ".js", ".css", ".sh", ".yml", ".yaml") if too_long(path)
    ]
    assert not long


def test_every_module_says_in_a_sentence_what_it_is_for() -> None:
    without = [
        name(path)
        for path in files(".py")
        if path.read_text().strip() and not re.fullmatch(r"[^a-z\s].*[.?:]", sentence_of(path), re.DOTALL)
    ]
    assert not without


def test_modules_and_classes_are_named_in_the_trades_words() -> None:
    code = list(files(".py", folders=CODE, top=False))
    assert not [name(path) for path in code if path.stem in BANNED_MODULES]
    classes = {
        f"{name(path)}: {node.name}"
        for path in code
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef) and BANNED_CLASSES.match(node.name)
    }
    assert not classes


def same(one: str, other: str) -> bool:
    """Whether two words are one, be it in the singular or the plural."""
    short, long = sorted((one, other), key=len)
    return long in (short, f"{short}s", f"{short}es", f"{short.removesuffix('y')}ies")


def twice(path: str) -> bool:
    """Whether a path, written from the top, says a word twice."""
    folder, _, file = path.lower().rpartition("/")
    words = [word for word in re.split(r"[/_]", f"{folder}/{file.split('.', 1)[0]}") if word]
    return any(same(one, other) for one, other in combinations(words, 2))


def meant(path: str) -> bool:
    """Whether a path says a word twice where that is meant."""
    *folders, file = path.split("/")
    return any(file == last and first in folders for first, last in SAID_TWICE)


def test_no_path_says_a_word_twice() -> None:
    said = [name(path) for path in files(folders=CODE, top=False) if twice(name(path))]
    assert not [path for path in said if not meant(path)]


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("services/identity/passwords/password_rules.py", "services/identity/credentials/password_rules.py"),
        ("services/identity/sessions/sessions.py", "services/identity/signed_in/sessions.py"),
        ("gateway/addresses/address.html", "gateway/assets/address.html"),
        ("services/policy/old_policies.py", "services/policy/parties.py"),
        ("contracts/identity/identity/__init__.py", "contracts/identity/__init__.py"),
    ],
)
def test_a_word_said_twice_is_noticed(bad: str, good: str) -> None:
    assert twice(bad)
    assert not twice(good)


def test_nothing_is_left_undone() -> None:
    text = (".py", ".html", ".txt", ".js", ".css", ".md", ".toml", ".yml", ".yaml", ".sh", ".po", "")
    left = [name(path) for path in files(*text) if UNFINISHED.search(path.read_text(errors="replace"))]
    assert not left


def test_what_was_sent_to_the_bus_is_waited_for_with_our_own_flush() -> None:
    """The one of nats-py may be answered before the bus has read what was sent ahead of it."""
    left = [name(path) for path in files(".py") if HALF_FLUSH.search(path.read_text())]
    assert left == ["kit/bus/connection.py"]


def test_locks_name_hashes_and_no_addresses() -> None:
    locks = list(files(".lock", folders=("locks",), top=False))
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert not URL.search(text), name(lock)
        pinned = re.findall(r"(?m)^[a-z0-9][^=\s]*==\S+", text)
        assert pinned and len(pinned) <= text.count("--hash=sha256:"), name(lock)


def test_nothing_names_the_machine_it_was_written_on() -> None:
    shape = re.compile(r"/(work|root|home/[a-z]+)/(?!\.)[a-z]+/")
    assert not [
        name(path) for path in files(".py", ".md", ".toml", ".sh", ".yml", ".lock") if shape.search(path.read_text())
    ]


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (UNFINISHED, "# TO" + "DO later", "a to-do list"),
        (HALF_FLUSH, "await client.flu" + "sh()", "await flush(client)"),
        (URL, "x @ https://host/x.whl", "x==1 --hash=sha256:00"),
        (BANNED_CLASSES, "SessionManager", "Session"),
        (BANNED_CLASSES, "PolicyService", "ServiceSettings"),
    ],
)
def test_the_rules_bite(rule: re.Pattern[str], bad: str, good: str) -> None:
    assert rule.search(bad)
    assert not rule.search(good)


def test_a_long_file_and_one_without_a_sentence_are_noticed(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("\n" * (LONGEST + 1))
    assert too_long(long)
    short = tmp_path / "short.py"
    short.write_text('"""Draws cards."""\n' + "\n" * (LONGEST - 1))
    assert not too_long(short)
