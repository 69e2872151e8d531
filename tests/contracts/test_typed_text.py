"""What people type is kept as it is seen."""

import pytest

from contracts.policy.holders import HolderFields
from contracts.policy.requests import MakeRequest, WriteMessage
from contracts.typed_text import UNSEEN
from kit.ids import new_id

ADDRESS = {"street": "1200 Elm Street", "city": "Austin", "state": "TX", "postal_code": "78702"}
EVERY = "".join(map(chr, UNSEEN))


def test_a_name_that_would_read_otherwise_than_it_is_written_is_kept_as_it_is_written() -> None:
    turned = HolderFields(name="\u202eCLL seitreporP", **ADDRESS)
    assert turned.name == "CLL seitreporP"
    assert HolderFields(name="Elm\u200b Properties\ufeff", **ADDRESS) == HolderFields(name="Elm Properties", **ADDRESS)


def test_every_field_is_kept_as_it_is_seen() -> None:
    plain = {"name": "Elm", "attention": "Loans", "email": "loans@example.com", **ADDRESS}
    marked = {name: f"{EVERY}{value[:2]}{EVERY}{value[2:]}{EVERY}" for name, value in plain.items()}
    assert HolderFields.model_validate(marked) == HolderFields.model_validate(plain)


def test_a_name_of_nothing_that_is_seen_is_none() -> None:
    with pytest.raises(ValueError, match="name"):
        HolderFields(name=EVERY, **ADDRESS)


def test_requests_and_messages_are_kept_as_they_are_seen() -> None:
    form = {"kind": "general", "details": f"Please call {EVERY}me.\nSoon."}
    made = MakeRequest.model_validate({"form": form, "acknowledged": "2026-11", "submission": new_id()})
    assert made.form.model_dump()["details"] == "Please call me.\nSoon."
    assert WriteMessage(request=new_id(), submission=new_id(), text=f"{EVERY}Yes").text == "Yes"


def test_letters_that_are_joined_by_marks_stay_joined() -> None:
    joined = "می\u200cخواهم 👩\u200d🔧"
    assert HolderFields(name=joined, **ADDRESS).name == joined
