"""What the database and the checks quote of people's data in their errors is in no log line and no trace."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import ams
from kit import telemetry, tracebacks
from kit.logs import JsonFormatter

NUMBER = "04471902"
STATEMENTS = {
    "a row": ("INSERT INTO inbox (consumer, message_id) VALUES ($1, 'two\nlines')", NUMBER),
    "an argument": ("SELECT $1::int", NUMBER),
    "a text": ("SELECT ($1::text || 'x')::uuid", NUMBER),
    "json": ("SELECT ($1::text || '{')::jsonb", NUMBER),
}


async def failed(made_up: Any, statement: str, value: str) -> Exception:
    database = (await made_up("documents")).open()
    try:
        async with database.transaction(None) as transaction:
            await transaction.driver.execute(statement, value)
    except Exception as error:
        return error
    finally:
        await database.close()
    raise AssertionError(statement)


def logged(error: BaseException) -> dict[str, Any]:
    try:
        raise RuntimeError("a batch failed") from error
    except RuntimeError:
        record = logging.makeLogRecord({"msg": "not answered", "exc_info": sys.exc_info()})
    line: dict[str, Any] = json.loads(JsonFormatter("documents").format(record))
    return line


@pytest.mark.parametrize("what", STATEMENTS)
async def test_an_error_of_the_database_says_what_is_wrong_and_not_with_whom(made_up: Any, what: str) -> None:
    error = await failed(made_up, *STATEMENTS[what])
    line = logged(error)
    assert NUMBER not in json.dumps(line)
    assert type(error).__name__ in line["error"] and "a batch failed" in line["error"], "what follows is there"
    assert "two\nlines" not in line["error"]


def test_nor_does_an_error_of_a_check() -> None:
    with pytest.raises(ValidationError) as wrong:
        ams.Policy.model_validate({"drivers": [{"name": "Pat", "licence_number": NUMBER * 20}]})
    assert NUMBER in str(wrong.value)
    line = logged(wrong.value)
    assert NUMBER not in json.dumps(line) and "drivers.0.licence_number" in line["error"]


def test_nor_does_a_group_of_errors() -> None:
    quoted = ValueError(f"null value\nDETAIL:  Failing row contains ({NUMBER}, x\ny).\nHINT:  Think.")
    said = tracebacks.of(ExceptionGroup("some", [quoted, RuntimeError("another")]))
    assert NUMBER not in said and "null value" in said and "another" in said and "Think." in said


async def test_nor_does_a_trace(made_up: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_share", "_exporting"):
        monkeypatch.setattr(telemetry, name, getattr(telemetry, name))
    error = await failed(made_up, *STATEMENTS["a row"])
    assert NUMBER in str(error)
    telemetry.configure("documents", str(tmp_path / "spans"), 1.0)
    with pytest.raises(type(error)), telemetry.span("answer"):
        raise error
    telemetry.shutdown()
    kept = (tmp_path / "spans").read_text()
    assert "NotNullViolationError" in kept and NUMBER not in kept
