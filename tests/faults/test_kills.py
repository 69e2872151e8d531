"""Who is killed in a campaign, and when."""

from pathlib import Path

from ops.faults.kills import AT_THE_END, VICTIMS, Killer
from ops.faults.sync import SERVICES


def test_every_service_that_is_compared_is_killed_and_so_are_its_servers() -> None:
    assert set(VICTIMS) == {*SERVICES, "nats", "postgres"}


def test_an_eighth_of_the_kills_waits_for_the_end_of_the_feed_with_each_victim_among_them() -> None:
    killer = Killer(Path(), times=40, events=10_000, seed=1)
    amid, late = killer._places[:35], killer._places[35:]
    assert amid == sorted(amid) and amid[-1] < 10_000
    assert late == [AT_THE_END] * 5
    assert sorted(killer._victims[35:]) == sorted(VICTIMS)
    killer.moved(10_000)
    assert killer._places == late
