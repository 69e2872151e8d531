"""The map of the bus: fresh, and every subject on it with exactly one owner."""

from collections import Counter

from contracts import ams
from contracts.kinds import PROCESSES
from contracts.portal_events import PORTAL_EVENTS
from contracts.streams import STREAMS, consumers, messages
from ops.contract_docs.bus_map import map_text

from .tree import ROOT

SERVICES = tuple(process for process in PROCESSES if process != "gateway")


def test_the_map_is_fresh() -> None:
    written = (ROOT / "docs" / "map.md").read_text()
    assert written == map_text(), "Write it anew with `python -m ops.contract_docs`."


def test_every_subject_is_on_the_map() -> None:
    text = map_text()
    for message in messages():
        assert f"`{message.subject}` | `{message.__name__}`" in text
    for kind in ams.KINDS:
        assert f"`ams.<agency>.{kind}`" in text
    for event in PORTAL_EVENTS:
        assert f"`portal.<agency>.{event.what}`" in text
    for stream in STREAMS:
        assert f"| `{stream.name}` |" in text
    for consumer in consumers():
        assert f"| `{consumer.durable}` |" in text


def test_every_subject_has_one_owner_and_says_so() -> None:
    subjects = Counter(message.subject for message in messages())
    assert not [subject for subject, times in subjects.items() if times > 1]
    for message in messages():
        kind, owner = message.subject.split(".")[:2]
        assert owner == message.owner in SERVICES, message.subject
        assert kind == message.kind


def test_every_kind_of_the_feed_but_snapshots_is_heard_by_one_service_and_has_its_types() -> None:
    kinds = [kind for heard in ams.HEARD_BY.values() for kind in heard]
    assert {kind for kind in kinds if kinds.count(kind) > 1} == {ams.SNAPSHOT}
    assert set(ams.HEARD_BY) <= set(SERVICES)
    assert (
        set(kinds)
        == {kind for kind, _ in ams.TYPES.values()}
        == {*ams.ENTITIES, *(signal.kind for signal in ams.SIGNALS.values())}
    )
    assert all(set(event.told_by.split(",")) <= set(SERVICES) for event in PORTAL_EVENTS)


def test_every_consumer_rests_on_a_stream_that_has_its_subjects() -> None:
    first_words = {stream.name: {subject.split(".")[0] for subject in stream.subjects} for stream in STREAMS}
    for consumer in consumers():
        assert {subject.split(".")[0] for subject in consumer.subjects} <= first_words[consumer.stream]
    names = [(consumer.stream, consumer.durable) for consumer in consumers()]
    assert len(names) == len(set(names))
