"""The AsyncAPI 3.0 document of everything that is said on the bus, made from the contracts."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts import ams
from contracts.kinds import COMMON_REFUSALS, Event, Job, Message, Request
from contracts.portal_events import PORTAL_EVENTS, PortalEvent
from contracts.principal import HEADER
from contracts.streams import STREAM_OF_KIND, messages

from .bus import wire

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"


@cache
def describe() -> Json:
    """The document: channels by subject, operations as this deployment sees them, schemas of every message.

    `receive` is what it takes in (requests, jobs, the AMS feed), `send` what it tells (events, portal events).
    """
    document: Json = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Portico on the bus",
            "version": "1.0.0",
            "description": "What agencies' systems publish and hear, and what the processes say to one another.",
        },
        "defaultContentType": "application/json",
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {}, "parameters": {"agency": AGENCY}},
    }
    schemas = _Schemas()
    for message in messages():
        _add_message(document, schemas, message)
    for event_type, (kind, deleted) in ams.TYPES.items():
        _add_feed_event(document, schemas, event_type, kind, deleted)
    for portal_event in PORTAL_EVENTS:
        _add_portal_event(document, schemas, portal_event)
    document["components"]["messages"]["refusal"] = REFUSAL
    document["components"]["schemas"] = schemas.definitions
    return document


AGENCY: Json = {"description": "The agency's short name, as in its addresses."}
REFUSAL: Json = {
    "name": "Refusal",
    "title": "An expected no",
    "summary": "The answer of a request that is refused: its headers say why, its body holds further facts.",
    "headers": {
        "type": "object",
        "required": [wire.ERROR, wire.ERROR_CODE, wire.REFUSAL],
        "properties": {
            wire.ERROR: {"type": "string", "description": "A sentence that may be shown."},
            wire.ERROR_CODE: {"type": "string", "description": "The HTTP status that it would have."},
            wire.REFUSAL: {"type": "string", "description": "Its stable code."},
        },
    },
    "payload": {"type": "object"},
}


class _Schemas:
    """The components' schemas; classes of one name are told apart by their module."""

    def __init__(self) -> None:
        models: list[type[BaseModel]] = [
            ams.CloudEvent,
            *ams.ENTITIES.values(),
            *ams.SIGNALS.values(),
            *PORTAL_EVENTS,
        ]
        for message in messages():
            models.append(message)
            if issubclass(message, Request):
                models.append(message.answer_type())
        references, found = models_json_schema(
            [(model, "validation") for model in dict.fromkeys(models)], ref_template=SCHEMAS + "{model}"
        )
        self.definitions: Json = found.get("$defs", {})
        self._references = {model: reference for (model, _), reference in references.items()}

    def of(self, model: type[BaseModel]) -> Json:
        """The reference to a model's schema."""
        return self._references[model]


def _add_message(document: Json, schemas: _Schemas, message: type[Message]) -> None:
    name = message.subject
    document["components"]["messages"][name] = {
        "name": message.__name__,
        "summary": _summary(message),
        "payload": schemas.of(message),
    }
    operation: Json = {"action": "send" if issubclass(message, Event) else "receive", "x-owner": message.owner}
    if issubclass(message, Request):
        document["components"]["messages"][name]["headers"] = _request_headers(message)
        operation |= {
            "x-caller": message.caller.value,
            "x-reads": message.reads,
            "x-asked-by": list(message.asked_by),
            "x-refusals": [refusal.code for refusal in dict.fromkeys((*message.refusals, *COMMON_REFUSALS))],
            "reply": _add_reply(document, schemas, message),
        }
    else:
        operation["x-stream"] = STREAM_OF_KIND[message.kind]
        if issubclass(message, Job):
            operation["x-enqueued-by"] = list(message.enqueued_by)
        elif issubclass(message, Event):
            operation |= {"x-heard-by": list(message.heard_by), "x-noticed-by": list(message.noticed_by)}
    _add_channel(document, name, name, [name])
    _add_operation(document, name, name, operation, [name])


def _add_reply(document: Json, schemas: _Schemas, request: type[Request[Any]]) -> Json:
    answer = request.answer_type()
    name = f"{request.subject}.answer"
    document["components"]["messages"][name] = {
        "name": answer.__name__,
        "summary": _summary(answer),
        "payload": schemas.of(answer),
    }
    _add_channel(document, name, None, [name, "refusal"])
    return {"channel": _channel(name), "messages": [_in_channel(name, name), _in_channel(name, "refusal")]}


def _add_feed_event(document: Json, schemas: _Schemas, event_type: str, kind: str, deleted: bool) -> None:
    entity = ams.model_of(event_type)
    summary = f"The agency's system has deleted this {kind}." if deleted else _summary(entity)
    document["components"]["messages"][event_type] = {
        "name": event_type,
        "summary": summary,
        "contentType": "application/cloudevents+json",
        "payload": _cloud_event(schemas, event_type, None if deleted else entity),
    }
    channel = f"ams.{kind}"
    _add_channel(document, channel, f"ams.{{agency}}.{kind}", [event_type])
    hearers = [process for process, kinds in ams.HEARD_BY.items() if kind in kinds]
    operation: Json = {"action": "receive", "x-heard-by": hearers, "x-stream": "AMS"}
    _add_operation(document, channel, channel, operation, [event_type])


def _add_portal_event(document: Json, schemas: _Schemas, event: type[PortalEvent]) -> None:
    event_type, channel = event.type_name(), f"portal.{event.what}"
    document["components"]["messages"][event_type] = {
        "name": event_type,
        "summary": _summary(event),
        "contentType": "application/cloudevents+json",
        "payload": _cloud_event(schemas, event_type, event),
    }
    _add_channel(document, channel, f"portal.{{agency}}.{event.what}", [event_type])
    operation: Json = {"action": "send", "x-told-by": event.told_by.split(","), "x-stream": "PORTAL"}
    _add_operation(document, channel, channel, operation, [event_type])


def _cloud_event(schemas: _Schemas, event_type: str, data: type[BaseModel] | None) -> Json:
    """The envelope with this type, and this model as its data."""
    properties: Json = {"type": {"const": event_type}}
    if data is not None:
        properties["data"] = schemas.of(data)
    required = ["data"] if data is not None and data not in ams.NEED_NO_DATA else []
    own: Json = {"type": "object", "properties": properties}
    return {"allOf": [schemas.of(ams.CloudEvent), own | ({"required": required} if required else {})]}


def _request_headers(request: type[Request[Any]]) -> Json:
    properties: Json = {
        wire.DEADLINE: {"type": "string", "description": "Seconds since the epoch after which nobody waits."}
    }
    if request.caller in ("signed-in", "insured"):
        properties[HEADER] = {"type": "string", "description": "The signed principal (JWS) of who asks."}
    return {"type": "object", "properties": properties}


def _add_channel(document: Json, name: str, address: str | None, message_names: list[str]) -> None:
    channel = document["channels"].setdefault(name, {"address": address, "messages": {}})
    if address is not None and "{agency}" in address:
        channel["parameters"] = {"agency": {"$ref": "#/components/parameters/agency"}}
    for message in message_names:
        channel["messages"][message] = {"$ref": f"#/components/messages/{message}"}


def _add_operation(document: Json, name: str, channel: str, operation: Json, message_names: list[str]) -> None:
    known = document["operations"].setdefault(name, {**operation, "channel": _channel(channel), "messages": []})
    known["messages"].extend(_in_channel(channel, message) for message in message_names)


def _channel(name: str) -> Json:
    return {"$ref": f"#/channels/{name}"}


def _in_channel(channel: str, message: str) -> Json:
    return {"$ref": f"#/channels/{channel}/messages/{message}"}


def _summary(model: type[BaseModel]) -> str:
    """The first sentence of a class's docstring."""
    return " ".join((model.__doc__ or "").strip().split("\n\n", 1)[0].split())
