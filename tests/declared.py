"""Refusals in tests: nobody hears one that the contract of what was asked does not name."""

from typing import Any

import pytest

from contracts.kinds import COMMON_REFUSALS, Refusal, Request
from kit.bus import Asker

_ask = Asker.ask


async def _ask_and_compare(asker: Asker, request: Request[Any], *of_whom: Any, **how: Any) -> Any:
    try:
        return await _ask(asker, request, *of_whom, **how)
    except Refusal as refusal:
        named = (*request.refusals, *COMMON_REFUSALS)
        assert isinstance(refusal, named), f"{type(request).__name__} does not declare {refusal.code}"
        raise


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every test of a folder whose conftest names it."""
    monkeypatch.setattr(Asker, "ask", _ask_and_compare)
