"""Certificates, masters and documents as the AMS sends them: the newest wins, wrong ones are explained."""

import json
import random
from datetime import date
from typing import Any

import pytest

from contracts import ams
from services.documents.sync.certificates import ends_on
from tests import stack

from .conftest import Office, accounts_changed
from .feed import CERTIFICATE, DOCUMENT, KINDS, LINE, MASTER, SHA256, Kind, publish, say, there

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every_kind
async def test_versions_in_any_order_end_with_the_newest(office: Office, kind: Kind) -> None:
    house = await office.household()
    versions = list(range(1, 20))
    random.Random(7).shuffle(versions)
    bodies = [stack.cloud_event(kind.name, "X1", n, kind.called(f"N-{n}")) for n in versions]
    await publish(office, house, *((kind.name, body) for body in bodies + bodies[:5]))  # and some of them twice
    assert await there(office, kind) == {"X1": (19, "N-19")}
    assert await office.logins.value("SELECT count(*) FROM inbox WHERE consumer = 'documents-ams'") == len(versions)
    assert await office.logins.value("SELECT count(*) FROM quarantine") == 0


@every_kind
async def test_a_deletion_is_remembered_and_keeps_nothing(office: Office, kind: Kind) -> None:
    house = await office.household()
    await say(office, house, kind.name, "X1", 1, kind.called("first"))
    await say(office, house, kind.name, "X1", 3, None)
    await say(office, house, kind.name, "X1", 2, kind.called("late"))
    await say(office, house, kind.name, "X2", 3, None)  # of one that was never heard of
    await say(office, house, kind.name, "X2", 2, kind.called("late"))
    assert await there(office, kind) == {}
    rows = await office.logins.fetch(f"SELECT * FROM {kind.table} ORDER BY ams_id")
    assert [(row["raw"], row["account_ams_id"]) for row in rows] == [("{}", "–"), ("{}", "–")]
    await say(office, house, kind.name, "X1", 4, kind.called("again"))
    assert await there(office, kind) == {"X1": (4, "again")}


@every_kind
async def test_it_may_come_before_its_account_and_is_that_accounts_alone(office: Office, kind: Kind) -> None:
    house = await office.household()
    other = await office.household(agency=house.agency, ams_id="a-2")
    late = await office.household(agency=house.agency, ams_id="a-3")
    await office.tell(accounts_changed(late, 2, deleted=True, ams_id="a-9"))
    await say(office, house, kind.name, "X1", 1, {**kind.data, "account": "a-3", "unheard_of": ["kept"]})
    database = office.logins.open()

    async def seen_by(account: Any) -> int:
        async with database.transaction(house.agency, account, read_only=True) as transaction:
            count: int = await transaction.driver.fetchval(f"SELECT count(*) FROM {kind.table}")
            return count

    assert [await seen_by(one.account) for one in (house, other, late)] == [0, 0, 0]
    await office.tell(accounts_changed(late, 3, ams_id="a-3"))
    assert [await seen_by(one.account) for one in (house, other, late)] == [0, 0, 1]
    assert await seen_by(None) == 1  # the agency itself
    async with database.transaction(other.account) as transaction:  # another agency
        assert await transaction.driver.fetchval(f"SELECT count(*) FROM {kind.table}") == 0
    assert await office.logins.value(f"SELECT raw ->> 'unheard_of' FROM {kind.table}") == '["kept"]'
    await database.close()


async def test_a_document_that_is_not_for_the_insured_is_hidden_by_the_database(office: Office) -> None:
    house = await office.household()
    await say(office, house, "document", "D1", 1, {**DOCUMENT, "visible": False})
    hidden = {name: value for name, value in DOCUMENT.items() if name != "visible"}
    await say(office, house, "document", "D2", 1, hidden)  # nobody said that it is for the insured
    database = office.logins.open()
    for account, count in ((house.account, 0), (None, 2)):
        async with database.transaction(house.agency, account) as transaction:
            assert await transaction.driver.fetchval("SELECT count(*) FROM received_documents") == count
    await database.close()


async def test_what_is_told_is_kept_in_columns(office: Office) -> None:
    house = await office.household()
    second = {**LINE, "policy": "P-0", "expiration": "2026-12-31"}
    told = {**CERTIFICATE, "lines": [LINE, second, LINE], "revision": 2, "replaces": "C0", "master": "M1"}
    await say(office, house, "certificate", "C1", 1, told)
    await say(office, house, "certificate-master", "M1", 1, {**MASTER, "holders": ["H-1"], "valid_until": "2027-01-01"})
    await say(office, house, "document", "D1", 1, {**DOCUMENT, "sha256": SHA256.upper(), "vehicles": ["1", "2"]})
    (certificate,) = await office.logins.fetch("SELECT * FROM certificates")
    assert (certificate["made_out_to"], certificate["ends_on"], json.loads(certificate["policies"])) == (
        "Harbor Street Properties LLC",
        date(2026, 12, 31),
        ["P-0", "P-1"],
    )
    assert [certificate[name] for name in ("holder_ams_id", "revision", "replaces", "master_ams_id", "status")] == [
        *("H-1", 2, "C0", "M1", "issued")
    ]
    (master,) = await office.logins.fetch("SELECT * FROM certificate_masters")
    assert (master["approved_for"], json.loads(master["holders"])) == ("named-holders", ["H-1"])
    assert (json.loads(master["policies"]), master["valid_until"]) == (["P-1"], date(2027, 1, 1))
    (document,) = await office.logins.fetch("SELECT * FROM received_documents")
    assert (document["sha256"].hex(), document["size"], document["category"]) == (SHA256, 48213, "dec-page")
    assert json.loads(document["vehicles"]) == ["1", "2"]


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({}, date(2027, 3, 1)),
        ({"valid_until": date(2026, 12, 1)}, date(2026, 12, 1)),
        ({"valid_until": date(2029, 1, 1)}, date(2027, 3, 1)),
        ({"status": "cancelled", "ended_on": date(2026, 11, 20)}, date(2026, 11, 20)),
        ({"status": "void"}, date(2026, 11, 2)),
        ({"status": "void", "ended_on": date(2029, 1, 1)}, date(2027, 3, 1)),
        ({"ended_on": date(2026, 11, 20)}, date(2027, 3, 1)),  # it is issued: the day says nothing
    ],
)
def test_a_certificate_ends_with_its_earliest_line_or_as_it_was_ended(changes: dict[str, Any], day: date) -> None:
    longer = {**LINE, "expiration": "2028-03-01"}
    told = ams.Certificate.model_validate({**CERTIFICATE, "lines": [longer, LINE]})
    assert ends_on(told.model_copy(update=changes)) == day


WRONG: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("certificate", {"issued_on": "11/02/2026"}, "/data/issued_on", "A day is written YYYY-MM-DD"),
    ("certificate", {"lines": []}, "/data/lines", "This list must not be empty."),
    ("certificate", {"lines": [{**LINE, "naic": "12"}]}, "/data/lines/0/naic", "An NAIC number has five digits"),
    ("certificate", {"status": "withdrawn"}, "/data/status", "This must be 'issued', 'cancelled' or 'void'."),
    ("certificate", {"holder": ""}, "/data/holder", "This must not be empty."),
    ("certificate", {"description_of_operations": "x" * 8001}, "/data/description_of_operations", "This is too long"),
    ("certificate-master", {"lines": [{"policy": "P-1"}]}, "/data/lines/0/line", "This field is missing"),
    ("certificate-master", {"approved_for": "all"}, "/data/approved_for", "This must be 'any-holder' or"),
    ("document", {"sha256": "abc"}, "/data/sha256", "A SHA-256 is written as 64 hexadecimal digits."),
    ("document", {"size": 0}, "/data/size", "This must be 1 or more."),
    ("document", {"size": 1 << 40}, "/data/size", "This must be 67108864 or less."),
    ("document", {"content_type": "text/html"}, "/data/content_type", "This must be 'application/pdf'."),
    ("document", {"category": "photo"}, "/data/category", "This must be 'dec-page'"),
)


async def test_wrong_events_wait_in_quarantine_with_the_place_and_their_neighbours_are_applied(office: Office) -> None:
    house = await office.household()
    events: list[tuple[str, bytes]] = []
    for number, (name, change, _, _) in enumerate(WRONG):
        kind = next(one for one in KINDS if one.name == name)
        for ams_id, data in ((f"BAD{number:02}", {**kind.data, **change}), (f"GOOD{number:02}", kind.data)):
            events.append((name, stack.cloud_event(name, ams_id, 1, data, id=ams_id)))
    await publish(office, house, *events)
    applied = [ams_id for kind in KINDS for ams_id in await there(office, kind)]
    assert sorted(applied) == [f"GOOD{number:02}" for number in range(len(WRONG))]
    told = await office.logins.fetch("SELECT body FROM outbox WHERE subject = 'portal.oakhill.event.refused'")
    refused = {data["event"]: data for data in (json.loads(row["body"])["data"] for row in told)}
    assert await office.logins.value("SELECT count(*) FROM quarantine") == len(refused) == len(WRONG)
    for number, (_, _, pointer, problem) in enumerate(WRONG):
        data = refused[f"BAD{number:02}"]
        assert (data["code"], data["pointer"]) == ("schema", pointer)
        assert data["problem"].startswith(problem)


async def test_an_id_with_another_body_is_an_alarm(office: Office) -> None:
    house = await office.household()
    for number in ("one", "other"):
        body = stack.cloud_event("certificate", "C1", 1, {**CERTIFICATE, "number": number}, id="same")
        await publish(office, house, ("certificate", body))
    assert await there(office, KINDS[0]) == {"C1": (1, "one")}
    assert await office.logins.value("SELECT code FROM quarantine") == "id_reused"
