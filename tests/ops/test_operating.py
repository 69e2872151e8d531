"""What docs/operating.md tells a newcomer to type and to publish is what the commands take."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.identity.agencies import Agency
from gateway.settings import GatewaySettings
from kit.ids import new_id
from kit.settings import PREFIX, ProcessSettings
from ops.ams.lines import check
from ops.rotation import AFTER, Step
from ops.stack.mails import mails_are_read_at
from services.documents.settings import DocumentsSettings
from services.identity.settings import IdentitySettings
from services.notify.settings import NotifySettings
from services.policy.settings import PolicySettings

GUIDE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
OWN = GUIDE.split("## An agency of your own on one machine")[1].split("\n## ")[0]
PORTAL = "http://localhost:8080"
SETTINGS: dict[str, type[ProcessSettings]] = {
    "gateway": GatewaySettings,
    "identity": IdentitySettings,
    "policy": PolicySettings,
    "documents": DocumentsSettings,
    "notify": NotifySettings,
}


def agency(slug: str, *, demo: bool) -> Agency:
    return Agency(id=new_id(), slug=slug, name=slug, phone="(512) 555-0130", email="office@oakhill.example", demo=demo)


def test_the_lines_to_publish_first_are_events_of_one_household() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", OWN, re.DOTALL)
    events = [check("oakhill", line.encode()) for line in block.splitlines()]
    assert [event.subject for event in events] == [
        f"ams.oakhill.{k}" for k in ("carrier", "account", "contact", "policy")
    ]


def test_the_agency_to_add_is_one_for_trying_out() -> None:
    assert re.search(r"^    \./portico agency add oakhill .*--demo$", OWN, re.MULTILINE)


@pytest.mark.parametrize(
    ("agencies", "said"),
    [
        ([agency("demo", demo=True), agency("oakhill", demo=True)], f"arrive at {PORTAL}/dev/mailbox."),
        ([agency("demo", demo=True), agency("oakhill", demo=False)], "shows nothing, since oakhill is not for trying"),
        ([agency("one", demo=False), agency("two", demo=False)], "since one, two are not for trying out"),
    ],
)
def test_a_mailbox_is_named_only_where_it_shows_something(agencies: Sequence[Agency], said: str) -> None:
    sentence = mails_are_read_at(agencies, PORTAL, Path("/data"))
    assert said in sentence
    assert ("/data/mailbox" in sentence) == ("shows nothing" in sentence)


@pytest.mark.parametrize("process", SETTINGS)
def test_every_setting_is_told_with_who_reads_it(process: str) -> None:
    rows = re.findall(r"(?m)^\| (`PORTICO_[^|]*) \| ([^|]*) \|", GUIDE)
    told = {name: readers for names, readers in rows for name in re.findall(r"`(\w+)`", names)}
    # who has no database reads none of what services read, and who hears no feed needs no batch of it
    unread = {"gateway": {"PORTICO_REQUEST_LIMIT"}, "notify": {"PORTICO_FEED_BATCH"}}
    for field in SETTINGS[process].model_fields:
        name = f"{PREFIX}{field.upper()}"
        everybody = "all" if process == "gateway" else "all|services"
        assert name in unread.get(process, ()) or re.search(rf"\b({everybody}|{process})\b", told[name]), name


def test_a_rotation_restarts_what_the_command_says() -> None:
    (row,) = re.findall(r"(?m)^\| `use` \| (.*) \|$", GUIDE)
    assert re.findall(r"identity|policy|documents|notify|gateway", row) == re.findall(
        r"identity|policy|documents|notify|gateway", AFTER[Step.USE]
    )
