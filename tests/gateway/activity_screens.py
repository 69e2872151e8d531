"""The Activity page in its states."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.identity.activities import Entries, Entry, What
from contracts.identity.consents import Consent, ConsentKind, Consents
from contracts.identity.devices import Device, Devices
from contracts.identity.sessions import LiveSession, LiveSessions
from gateway import acts
from gateway.consents import CONSENTS
from gateway.views.activity import Activity, by_days
from kit.ids import new_id

from .portal_samples import LOOK, me

NOON = datetime(2026, 11, 22, 18, tzinfo=UTC)
LONG = "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Villanueva de la Santísima"


def entry(number: int, what: What, doer: Any, name: str, **facts: str) -> Entry:
    at, mine, about = NOON + timedelta(hours=number), name == "You", "Robin Rivera" if doer == "ams" else ""
    return Entry(number=number, at=at, what=what, by=doer, name=name, mine=mine, about=about, facts=facts)


DONE = Entries(
    items=[
        entry(9, What.VIEW_OPENED, "staff", "Jamie Cruz"),
        entry(8, What.DOCUMENT_OPENED, "contact", "You", title="ID card: 2021 Toyota RAV4"),
        entry(7, What.SIGNED_IN, "contact", LONG, by="otp sms", browser="Samsung Internet", system="Android"),
        entry(6, What.CODES_WRONG, "portal", ""),
        *(entry(5, what, "contact", "You") for what in What),  # every icon
        entry(0, What.ACCESS_ENDED, "ams", "", reason="toggle"),
    ],
    cursor="1",
)


def session(browser: str, system: str, *, here: bool = False) -> LiveSession:
    return LiveSession(
        id=new_id(), browser=browser, system=system, account_name="Rivera LLC", since=NOON, seen=NOON, here=here
    )


SESSIONS = LiveSessions(items=[session("Edge", "Windows", here=True), session("Safari", "iPhone"), session("", "")])
DEVICES = Devices(
    items=[
        Device(
            id=new_id(),
            browser="Safari",
            system="iPhone",
            account_name="Rivera household",
            made_at=NOON,
            used_at=NOON,
            expires_at=NOON,
        )
    ]
)
SAID = Consents(
    items=[
        Consent(kind=ConsentKind.SMS, given=True, address="+15125550142", version="1", changed_at=NOON),
        Consent(kind=ConsentKind.E_DELIVERY, given=False, address="pat.rivera@example.com", version="1"),
    ]
)
UNSAID = Consents(items=[Consent(kind=ConsentKind.SMS, given=False, address="", version="1")])


def shown(entries: Entries, sessions: LiveSessions, consents: Consents, *, older: bool) -> dict[str, Any]:
    view = Activity(me(), by_days(entries, "America/Chicago"), entries.cursor, sessions, DEVICES, consents)
    return {"view": view, "acts": acts, "texts": CONSENTS, "older": older}


SCREENS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "activity": ("activity.html", {"tab": "activity"}, shown(DONE, SESSIONS, SAID, older=True)),
    "activity-new": (
        "activity.html",
        {"tab": "activity"},
        shown(Entries(items=[]), LiveSessions(items=SESSIONS.items[:1]), UNSAID, older=False),
    ),
    "activity-viewed": (
        "activity.html",
        {"tab": "activity", "me": me(read_only=True), "view": LOOK},
        shown(DONE, LiveSessions(items=[]), SAID, older=False),
    ),
}
