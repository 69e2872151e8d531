"""Patience in tests: a machine that stands still for some seconds fails nothing that was asked meanwhile."""

import pytest
from nats.js.client import JetStreamContext
from nats.js.manager import JetStreamManager

from kit import database, pool
from kit.bus import Asker

METHODS = (Asker.ask, JetStreamContext.__init__, JetStreamManager.__init__)  # where nobody says otherwise: five seconds
SECONDS = 30.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every test; who says how long to wait waits no longer."""
    for method in METHODS:
        defaults = method.__defaults__ or ()
        assert defaults.count(5.0) == 1
        longer = tuple(SECONDS if one == 5.0 else one for one in defaults)
        monkeypatch.setattr(method, "__defaults__", longer)
    monkeypatch.setattr(pool, "PATIENCE", SECONDS)
    monkeypatch.setattr(database, "LOCK_TIMEOUT_MS", int(SECONDS * 1000))
