"""What docs/operating.md tells a newcomer to type and to publish is what the commands take."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.identity.agencies import Agency
from kit.ids import new_id
from ops.ams.lines import check
from ops.stack.mails import mails_are_read_at

GUIDE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
OWN = GUIDE.split("## An agency of your own on one machine")[1].split("\n## ")[0]
PORTAL = "http://localhost:8080"


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
