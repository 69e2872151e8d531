"""The console's doors, which anybody may knock at: each network has its room, apart from that of insureds."""

from dataclasses import replace

import pytest

from contracts.identity.openid import Provider
from contracts.identity.passkeys import BeginPasskeySignIn
from contracts.identity.second_factors import BeginStaffPasskeySignIn, StartStaffOpenid
from contracts.identity.sign_in import SlowDown
from contracts.kinds import Request
from services.identity.limits import admissions

from .conftest import SLUG, Identity
from .insured import AWAY, HOME

DOORS = (
    BeginStaffPasskeySignIn(agency=SLUG, browser=HOME),
    StartStaffOpenid(agency=SLUG, provider=Provider.GOOGLE, browser=HOME),
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: type(door).__name__)
async def test_a_network_that_knocks_without_end_is_slowed_down_and_no_other(
    identity: Identity, monkeypatch: pytest.MonkeyPatch, door: Request[object]
) -> None:
    monkeypatch.setattr(admissions, "SLOW", 0.0)
    monkeypatch.setattr(admissions, "STAFF_CLIENT", replace(admissions.STAFF_CLIENT, base=1))
    await identity.asker.ask(BeginPasskeySignIn(agency=SLUG, browser=HOME))  # an insured in the same network
    await identity.asker.ask(BeginStaffPasskeySignIn(agency=SLUG, browser=HOME))
    with pytest.raises(SlowDown):
        await identity.asker.ask(door)
    await identity.asker.ask(BeginStaffPasskeySignIn(agency=SLUG, browser=AWAY))
    await identity.asker.ask(BeginPasskeySignIn(agency=SLUG, browser=HOME))
