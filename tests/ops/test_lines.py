"""Lines of events: what is wrong is said with its place, what is right is addressed."""

import io
import json
from typing import Any

import pytest

from contracts.ams import MAX_EVENT_BYTES
from ops.ams.lines import Addressed, LineRefused, address, check, read_lines

ACCOUNT = {"name": "Holt household", "number": "10001"}


def event(**changes: Any) -> bytes:
    """An event of an account, with changes to its envelope."""
    envelope = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/ams/oakhill",
        "type": "ams.account.upserted.v1",
        "subject": "A-1",
        "sequence": "7",
        "data": ACCOUNT,
        **changes,
    }
    return json.dumps(envelope).encode()


def test_a_good_event_is_addressed_by_its_kind_and_known_by_its_id() -> None:
    found = check("oakhill", event())
    assert found == Addressed("ams.oakhill.account", event(), {"Nats-Msg-Id": "/ams/oakhill/e-1"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{nonsense", "not_json: "),
        (b"[]", "not_json: "),
        (event(id=None), "envelope /id: "),
        (event(type="ams.boat.upserted.v1"), "unknown_type /type: "),
        (event(sequence=None), "no_order /sequence: "),
        (event(data={**ACCOUNT, "state": "Texas"}), "schema /data/state: "),
        (event(data={**ACCOUNT, "name": "x" * MAX_EVENT_BYTES}), "too_large: "),
        (
            event(type="ams.snapshot.ended.v1", data={"counts": {"accounts": 1}}),
            "schema /data/counts/accounts: No entity is of the kind 'accounts'; kinds are account, carrier,",
        ),
        (
            event(type="ams.snapshot.ended.v1", data={"counts": {"account": "?"}}),
            "schema /data/counts/account: Counts ",
        ),
    ],
)
def test_a_bad_line_is_refused_with_code_and_place(line: bytes, said: str) -> None:
    with pytest.raises(LineRefused) as refused:
        check("oakhill", line)
    assert str(refused.value).startswith(said)


def test_long_and_foreign_ids_become_a_hash_of_their_own() -> None:
    ids = ["x" * 500, "y" * 500, "naïve", "two\nlines"]
    headers = [address("oakhill", event(id=one)).headers["Nats-Msg-Id"] for one in ids]
    assert len(set(headers)) == len(ids)
    assert all(len(header) == 64 and header.isascii() for header in headers)


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        (event(type="ams.boat.upserted.v1"), "ams.oakhill.boat"),
        (event(type="ams.*.>"), "ams.oakhill.unreadable"),
        (event(type=7), "ams.oakhill.unreadable"),
        (b'{"type": "ams.policy.upserted.v1", "id', "ams.oakhill.policy"),
        (b"\xff\xfe", "ams.oakhill.unreadable"),
    ],
)
def test_an_unchecked_line_always_has_a_subject_of_the_agency(line: bytes, subject: str) -> None:
    assert address("oakhill", line).subject == subject


def test_lines_keep_their_numbers_and_a_long_one_only_its_beginning() -> None:
    long = b"x" * (5 * MAX_EVENT_BYTES)
    found = list(read_lines(io.BytesIO(b"one\n\n  \n" + long + b"\nfive\r\nlast")))
    assert [number for number, _ in found] == [1, 4, 5, 6]
    assert [line for number, line in found if number != 4] == [b"one", b"five", b"last"]
    assert MAX_EVENT_BYTES < len(found[1][1]) < MAX_EVENT_BYTES + 10
