"""The wire: nothing that travels may change but by a new optional field, and the comparison notices everything else."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ops.contract_docs.changes import changes_since
from ops.contract_docs.snapshots import FOLDER, read_snapshots, snapshots

ROOT = Path(__file__).parents[2]
NAME = "request.identity.start_sign_in"
Json = dict[str, Any]


def test_what_travels_is_what_was_written_down_or_more() -> None:
    kept, now = read_snapshots(ROOT / FOLDER), snapshots()
    changes = [change for name in kept for change in changes_since(name, kept[name], now.get(name))]
    assert not changes, "\n".join(changes)
    assert kept == now, "A compatible change: write it down with `python -m ops.contract_docs`."


def changed(change: Callable[[Json], object]) -> list[str]:
    kept = read_snapshots(ROOT / FOLDER)[NAME]
    now = deepcopy(kept)
    change(now)
    return changes_since(NAME, kept, now)


def optional_field(snapshot: Json) -> None:
    snapshot["message"]["properties"]["language"] = {"type": "string", "default": "en"}
    snapshot["answer"]["$defs"]["Channel"]["properties"]["since"] = {"type": "string", "default": ""}


def renamed_definition(snapshot: Json) -> None:
    text = json.dumps(snapshot).replace("Channel", "WayToSend")
    snapshot.clear()
    snapshot.update(json.loads(text))


def reordered_choice(snapshot: Json) -> None:
    snapshot["answer"]["properties"]["next"]["enum"].reverse()


@pytest.mark.parametrize("change", [optional_field, renamed_definition, reordered_choice])
def test_a_new_optional_field_passes_and_so_does_what_never_travels(change: Callable[[Json], None]) -> None:
    assert changed(change) == []


def removed_field(snapshot: Json) -> None:
    del snapshot["message"]["properties"]["email"]
    snapshot["message"]["required"].remove("email")


def removed_field_of_an_answers_part(snapshot: Json) -> None:
    del snapshot["answer"]["$defs"]["Channel"]["properties"]["masked"]


def changed_type(snapshot: Json) -> None:
    snapshot["message"]["properties"]["agency"]["type"] = "integer"


def changed_limit(snapshot: Json) -> None:
    snapshot["message"]["properties"]["email"]["maxLength"] = 100


def changed_choice(snapshot: Json) -> None:
    snapshot["answer"]["properties"]["next"]["enum"].append("google")


def changed_alternative(snapshot: Json) -> None:
    snapshot["answer"]["properties"]["sent_to"]["anyOf"][0]["type"] = "integer"


def changed_default(snapshot: Json) -> None:
    snapshot["answer"]["properties"]["sent_to"]["default"] = "x"


def new_required_field(snapshot: Json) -> None:
    snapshot["message"]["properties"]["device"] = {"type": "string"}
    snapshot["message"]["required"].append("device")


def newly_required(snapshot: Json) -> None:
    snapshot["answer"]["required"].append("sent_to")


def newly_optional(snapshot: Json) -> None:
    snapshot["answer"]["required"].remove("channels")


def changed_items(snapshot: Json) -> None:
    snapshot["answer"]["properties"]["channels"]["items"] = {"type": "string"}


def changed_subject(snapshot: Json) -> None:
    snapshot["subject"] = "request.identity.begin_sign_in"


def removed_answer(snapshot: Json) -> None:
    del snapshot["answer"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (removed_field, "message/email was removed"),
        (removed_field_of_an_answers_part, "answer/channels/*/masked was removed"),
        (changed_type, "message/agency had type 'string' and has 'integer'"),
        (changed_limit, "message/email had maxLength 254 and has 100"),
        (changed_choice, "answer/next had enum"),
        (changed_alternative, "answer/sent_to had type 'string' and has 'integer'"),
        (changed_default, "answer/sent_to had default none and has 'x'"),
        (new_required_field, "message/device is new and required"),
        (newly_required, "answer/sent_to was optional and is now required"),
        (newly_optional, "answer/channels was always there and is now optional"),
        (changed_items, "answer/channels/*"),
        (changed_subject, "its subject was 'request.identity.start_sign_in' and is"),
        (removed_answer, "its answer was removed"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(change: Callable[[Json], None], sentence: str) -> None:
    found = changed(change)
    assert found and sentence in found[0], found
    assert found[0].endswith("anything else is a new subject.")


def test_a_message_that_nobody_says_any_more_is_noticed() -> None:
    [sentence] = changes_since(NAME, read_snapshots(ROOT / FOLDER)[NAME], None)
    assert "nothing travels on request.identity.start_sign_in any more" in sentence


def test_other_types_on_a_subject_are_noticed() -> None:
    kept = read_snapshots(ROOT / FOLDER)["ams.account"]
    now = {**kept, "types": [*kept["types"], "ams.account.merged.v1"]}
    assert changes_since("ams.account", kept, now)
