"""One trace from who asks to the database and back; failures are always kept; metrics count by outcome."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.identity.contacts import AccountsChanged
from contracts.kinds import Broken, NotFound
from kit import telemetry
from kit.bus import Asker, Call, Service
from kit.database import Transaction
from kit.ids import new_id
from kit.logs import JsonFormatter
from tests import stack
from tests.kit.messages import OAKHILL, accounts_changed
from tests.stack import eventually, running, settings_for, signed, unsettled


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`spans(share)` begins to keep that share of traces; called without, it gives what was kept."""
    file = tmp_path / "spans"
    for name in ("_exporting", "_share"):
        monkeypatch.setattr(telemetry, name, getattr(telemetry, name))

    def control(share: float | None = None) -> list[dict[str, Any]]:
        if share is not None:
            telemetry.configure("documents", str(file), share)
            return []
        telemetry.shutdown()
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    yield control
    telemetry.shutdown()


def lister(error: Exception | None = None) -> Service:
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction() as transaction:
            await transaction.driver.fetchval("SELECT 1")
            if error:
                raise error
        return Documents(items=[])

    return service


@pytest.mark.parametrize("error", [None, ValueError("a fault")], ids=["answered", "failed"])
async def test_one_trace_from_the_question_to_the_database(nats_server, made_up, spans, error) -> None:
    spans(1.0)
    gateway = await stack.connect(nats_server, "gateway")
    async with running(lister(error), settings_for(nats_server, await made_up("documents"))):
        with telemetry.span("GET /home"):
            trace_id = telemetry.trace_id()
            try:
                await Asker(gateway).ask(GetHomeDocuments(), signed(OAKHILL, OAKHILL))
            except Broken:
                assert error
        assert telemetry.trace_id() == ""  # nothing is left behind
    await gateway.close()
    mine = {span["name"]: span for span in spans() if span["context"]["trace_id"] == f"0x{trace_id}"}
    question, answer = f"ask {GetHomeDocuments.subject}", f"answer {GetHomeDocuments.subject}"
    assert set(mine) == {"GET /home", question, answer, "transaction"}
    parents = {name: mine[name]["parent_id"] for name in mine}
    ids = {name: mine[name]["context"]["span_id"] for name in mine}
    assert parents == {"GET /home": None, question: ids["GET /home"], answer: ids[question], "transaction": ids[answer]}
    assert mine[answer]["status"]["status_code"] == ("ERROR" if error else "UNSET")


@pytest.mark.parametrize(
    ("error", "kept"),
    [(None, False), (NotFound(), False), (ValueError("a fault"), True)],
    ids=["ok", "refused", "failed"],
)
async def test_of_traces_that_are_not_kept_the_failures_are(nats_server, made_up, spans, error, kept) -> None:
    """A refusal is an answer, not a failure."""
    spans(0.0)
    gateway = await stack.connect(nats_server, "gateway")
    async with running(lister(error), settings_for(nats_server, await made_up("documents"))):
        answer = await asyncio.gather(
            Asker(gateway).ask(GetHomeDocuments(), signed(OAKHILL, OAKHILL)), return_exceptions=True
        )
    await gateway.close()
    assert isinstance(answer[0], Documents if error is None else Exception)
    failed = {span["name"]: span for span in spans() if span["status"]["status_code"] == "ERROR"}
    question, answered = f"ask {GetHomeDocuments.subject}", f"answer {GetHomeDocuments.subject}"
    assert set(failed) == ({question, answered, "transaction"} if kept else set())
    if kept:  # under the ids that were passed on while nobody knew yet that it would fail
        ids = {name: span["context"]["span_id"] for name, span in failed.items()}
        assert failed["transaction"]["parent_id"] == ids[answered]
        assert failed[answered]["parent_id"] == ids[question]
        assert len({span["context"]["trace_id"] for span in failed.values()}) == 1


async def test_what_is_told_carries_its_trace_to_the_hearer(nats_server, ops_client, made_up) -> None:
    heard: list[str] = []
    service = Service("documents")

    @service.hears(AccountsChanged)
    async def hear(event: AccountsChanged, transaction: Transaction) -> None:
        heard.append(telemetry.trace_id())

    teller = await made_up("identity")
    async with (
        running(service, settings_for(nats_server, await made_up("documents"))),
        running(Service("identity"), settings_for(nats_server, teller)),
    ):
        database = teller.open()
        with telemetry.span("POST /accounts"):
            trace_id = telemetry.trace_id()
            async with database.transaction(OAKHILL) as transaction:
                transaction.tell(accounts_changed())
        await database.close()
        await eventually(lambda: heard)
        await eventually(lambda: unsettled(ops_client, "EVENTS", "documents-event-identity-accounts_changed"), 0)
    assert heard == [trace_id]


def test_a_trace_from_outside_is_taken_only_when_it_is_one() -> None:
    with telemetry.span("x", parent="00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"):
        assert telemetry.trace_id() == "0123456789abcdef0123456789abcdef"
    for nonsense in ("nonsense", "00-xyz-abc-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "-", "00---"):
        with telemetry.span("x", parent=nonsense):
            assert len(telemetry.trace_id()) == 32
            assert int(telemetry.trace_id(), 16) != 0


def test_a_log_line_is_one_json_object_with_its_trace() -> None:
    record = logging.makeLogRecord({"msg": "one\ntwo %s", "args": ("three",), "levelname": "WARNING", "consumer": "c"})
    with telemetry.span("x"):
        line = JsonFormatter("documents").format(record)
        trace_id = telemetry.trace_id()
    assert "\n" not in line
    parsed = json.loads(line)
    assert parsed["what"] == "one\ntwo three"
    assert (parsed["process"], parsed["level"], parsed["consumer"], parsed["trace"]) == (
        "documents",
        "warning",
        "c",
        trace_id,
    )


def test_ids_sort_by_their_time_and_are_version_seven() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {"specified in RFC 4122"}
    stamps = [one.int >> 80 for one in ids]
    assert stamps == sorted(stamps)
