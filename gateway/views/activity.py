"""The Activity page's facts: what was done, grouped by days, where the person is signed in, and consents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from contracts.identity.activities import Entries, Entry, ListActivity
from contracts.identity.consents import Consents, GetConsents
from contracts.identity.contacts import GetMe, Me
from contracts.identity.devices import Devices, ListDevices
from contracts.identity.sessions import ListSessions, LiveSessions
from gateway.formats import zone
from gateway.parts import Ask

from .together import together


@dataclass(frozen=True)
class Activity:
    """Everything that the page shows; `days` are newest first, each with its entries, newest first."""

    me: Me
    days: list[tuple[date, list[Entry]]]
    cursor: str | None
    sessions: LiveSessions
    devices: Devices
    consents: Consents


async def compose(ask: Ask, cursor: str, time_zone: str) -> Activity:
    """One page of activity; `cursor` continues an earlier one, days are those of the time zone."""
    (me, entries), (sessions, devices, consents) = await together(
        together(ask(GetMe()), ask(ListActivity(cursor=cursor))),
        together(ask(ListSessions()), ask(ListDevices()), ask(GetConsents())),
    )
    return Activity(me, by_days(entries, time_zone), entries.cursor, sessions, devices, consents)


def by_days(entries: Entries, time_zone: str) -> list[tuple[date, list[Entry]]]:
    """Entries in the order in which they were recorded, a group for each day."""
    local = zone(time_zone)

    def day_of(entry: Entry) -> date:
        return entry.at.astimezone(local).date()

    grouped: Iterable[tuple[date, Iterable[Entry]]] = groupby(entries.items, day_of)
    return [(day, list(of_day)) for day, of_day in grouped]
