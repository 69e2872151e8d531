"""The AsyncAPI document: everything that is said is in it, and nothing in it points nowhere."""

from collections.abc import Iterator
from typing import Any

from contracts import ams
from contracts.kinds import Event, Request
from contracts.portal_events import PORTAL_EVENTS
from contracts.streams import messages
from kit.asyncapi import describe


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def follow(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_it_has_an_operation_for_every_message() -> None:
    document = describe()
    assert document["asyncapi"] == "3.0.0"
    wanted = {message.subject for message in messages()}
    wanted |= {f"ams.{kind}" for kind in ams.KINDS} | {f"portal.{event.what}" for event in PORTAL_EVENTS}
    assert document["operations"].keys() == wanted
    addresses = {channel["address"] for channel in document["channels"].values()} - {None}
    assert {"ams.{agency}.policy", "portal.{agency}.event.refused", "request.identity.start_sign_in"} < addresses
    assert set(ams.TYPES) < document["components"]["messages"].keys()


def test_requests_are_answered_and_events_are_sent() -> None:
    operations = describe()["operations"]
    for message in messages():
        operation = operations[message.subject]
        assert ("reply" in operation) is issubclass(message, Request)
        assert operation["action"] == ("send" if issubclass(message, Event) else "receive")
        assert operation["x-owner"] == message.owner


def test_no_reference_points_nowhere() -> None:
    document = describe()
    found = set(references(document))
    assert len(found) > 150
    for reference in found:
        assert isinstance(follow(document, reference), dict), reference


def test_an_operation_names_only_messages_of_its_own_channel() -> None:
    for operation in describe()["operations"].values():
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")


def test_classes_of_one_name_keep_their_own_schema() -> None:
    document = describe()
    payload = document["components"]["messages"]["ams.policy.upserted.v1"]["payload"]
    of_ams = follow(document, payload["allOf"][1]["properties"]["data"]["$ref"])
    answer = document["components"]["messages"]["request.policy.get_policy.answer"]["payload"]
    of_policy = follow(document, answer["$ref"])
    assert "carrier_details" in of_policy["properties"]
    assert "carrier_details" not in of_ams["properties"]
