"""Who is killed in a campaign: every service whose rows, copies and counts are compared."""

from ops.faults.kills import VICTIMS
from ops.faults.sync import SERVICES


def test_every_service_that_is_compared_is_killed_and_so_are_its_servers() -> None:
    assert set(VICTIMS) == {*SERVICES, "nats", "postgres"}
