"""The form of a certificate holder: what is wrong stands beside its field, and the page opens there."""

import re

import httpx
import pytest

from .browsing import fields, send

NEW = "/demo/certificates/holders/new"
TYPED = {"name": "Elm Properties", "street": "1 Elm Street", "city": "Austin", "state": "TX", "postal_code": "78702"}


@pytest.mark.parametrize(
    ("changes", "first"),
    [({"email": "none", "state": "Texas"}, "state"), ({"name": "", "postal_code": "7"}, "name")],
)
async def test_a_form_that_comes_back_opens_at_the_first_field_that_is_wrong(
    insured: httpx.AsyncClient, changes: dict[str, str], first: str
) -> None:
    page = await insured.get(NEW)
    assert "autofocus" not in page.text
    answer = await send(insured, page, {**fields(page), **TYPED, **changes}, "/demo/certificates/holders")
    assert answer.status_code == 400
    assert answer.text.count("aria-invalid") == len(changes)
    assert re.findall(r'<input id="(\w+)"[^>]* autofocus', answer.text) == [first]
