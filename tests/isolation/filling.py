"""How the ids and fields of every route are filled: with a household's own, or with what is no id of anybody's."""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from contracts.identity.telling import WhoIsTold
from kit.ids import new_id

from .households import Household
from .routes import Served

# a name in a path, query, form or body → what it is of a household; two routes that call two things by one name
# write "/path/{template}#name"
IDS: dict[str, Callable[[Household], Any]] = {
    "account": lambda house: house.account,
    "contact": lambda house: house.contact,
    "policy": lambda house: house.policy,
    "vehicle": lambda house: house.vehicle,
    "document": lambda house: house.document,
    "session": lambda house: house.session,
    "sign_in": lambda house: house.sign_in or _secret(house),
    "number": lambda house: f"number-{house.number}",
    "channel": lambda house: house.things["channel"],
    "passkey": lambda house: house.things["passkey"],
    "device": lambda house: house.things["device"],
    "link": lambda house: house.things["link"],
    "system": lambda house: house.things["system"],
    "member": lambda house: house.things["member"],
    "request": lambda house: house.things["request"],
    "request_id": lambda house: house.things["request"],
    "holder": lambda house: house.things["holder"],
    "sheet": lambda house: house.things["sheet"],
    "task": lambda house: house.things["task"],
    "addition": lambda house: house.things["holder"],
    "impersonation": lambda house: house.things["impersonation"],
    "key": lambda house: house.things["key"],
    "webhook": lambda house: house.things["webhook"],
    "caught": lambda house: house.things["caught"],
    "held": lambda house: house.things["held"],
    # of the member of staff who asks
    "/api/v1/{agency}/sign-in-methods/passkeys/{passkey}#passkey": lambda house: house.things["own_passkey"],
    "/api/v1/{agency}/sign-in-methods/sessions/{session}#session": lambda house: house.things["own_session"],
}
# every field that the form of a request may have
FORM: dict[str, Any] = {
    "kind": "vehicle-remove",
    "effective_on": str(date.today()),  # noqa: DTZ011 - a year to each side is taken
    "needed_on": str(date.today()),  # noqa: DTZ011
    "reason": "sold",
    "wording": ["waiver"],
    "driver": "Nobody",
    **dict.fromkeys(("year", "birth_year", "licensed_since"), 2020),
    **dict.fromkeys(("annual_miles", "notice_days"), 30),
    **dict.fromkeys(("notes", "details", "about", "ownership", "use", "cover", "main_driver", "make", "model"), "x"),
    **dict.fromkeys(("lienholder", "lienholder_address", "relation", "licence", "drives", "which", "street"), "x"),
    **dict.fromkeys(("city", "state", "zip", "name", "interest", "recipient", "recipient_street", "vin"), "x"),
    **dict.fromkeys(("recipient_city", "recipient_state", "recipient_zip", "recipient_email", "loan_number"), "x"),
    **dict.fromkeys(("property_address", "holder", "holder_street", "holder_city", "holder_state", "holder_zip"), "x"),
    **dict.fromkeys(("holder_email", "contract", "project", "whose", "person", "field", "correct"), "x"),
    **dict.fromkeys(("garaging_street", "garaging_city", "garaging_state", "garaging_zip", "licence_state"), "x"),
}
# fields that name nobody's thing
FIELDS: dict[str, Any] = {
    "email": "someone.else@example.com",
    "to": "someone.else@example.com",
    "code": "000000",
    "next": "/policies",
    "back": "/policies",
    "language": "es",
    "q": "a",
    "line": "AUTOP",
    "sort": "renewal",
    "status": "all",
    "version": "0",
    "before": "{}",
    "credential": {},
    "name": "Somebody",
    "user_name": "somebody",
    "password": "lanterns over quiet water",
    "current": "lanterns over quiet water",
    "new": "lanterns over quiet water",
    "access": True,
    "allowed": True,
    "excused": True,
    "given": True,
    "at_once": False,
    "remember": True,
    "role": "admin",
    "reason": "as agreed by telephone",
    "consent": "texts",
    "provider": "google",
    "client_id": "client",
    "client_secret": "secret",
    "tenant": "",
    "secret": "secret",
    "lets_in": ["staff"],
    "insureds": "yes",
    "staff": "yes",
    "scopes": ["ams:publish"],
    "agent.id": "1",
    "download": "1",
    "cursor": "",
    "what": "",
    "error": "access_denied",
    "iss": "https://accounts.google.com",
    "grant_type": "client_credentials",
    "scope": "ams:publish",
    "do": "",
    "color": "#223344",
    "brand_color": "#223344",
    "phone": "512-555-0100",
    "website": "https://agency.example",
    "street": "1 Main Street",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
    "hours": "9-5",
    "time_zone": "America/Chicago",
    "feed_hours": 24,
    "default_language": "en",
    "languages": ["en", "es"],
    "portal_open": True,
    "disclosure": "explicit",
    "gmail": "code",
    "google_accounts": "none",
    "passkeys": "offered",
    "passwords": True,
    "remembered_devices": True,
    "attention": "",
    "good_ones": True,
    "file_name": "holders.csv",
    "address": "",
    "agent_email": True,
    **{
        f"/api/v1/{{agency}}/settings#who_is_told.{action}.task": True
        for action in WhoIsTold.model_fields
        if action != "address"
    },
    "customer_email": True,
    "primary_email": True,
    # requests: a vehicle that shall leave the policy
    "submission": "0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e",
    "acknowledged": "2026-11",
    "certain": True,
    "text": "Somebody wrote this",
    "kind": "general",
    "assigned": "",
    "form": None,
    "/api/v1/{agency}/requests/{request_id}/messages#status": "done",
    "/{agency}/console/requests/{request:uuid}/answer#status": "done",
    **{f"form.{name}": value for name, value in FORM.items()},
    # an event of the feed: one that changes nothing of anybody's
    "event": None,
    "body": "{}",
    "all": "yes",
    "everything": True,
    "limit": 20,
    "/api/v1/{agency}/held-removals/{held}/decision#remove": False,  # what is held back stays
    # webhooks: of every route, since what is off or ended hears nothing
    "url": "https://hooks.example.com/",
    "events": ["signed-in"],
    "which": "all",
    "on": False,
    "since": "2026-11-01T00:00:00Z",
    "/{agency}/console/webhooks/{webhook:uuid}/replay#back": "hour",
    "specversion": "1.0",
    "source": "/tests",
    "time": "2026-11-01T00:00:00Z",
    "sequence": "1",
    "snapshot": "",
    "datacontenttype": "application/json",
    "data": {},
    "/api/v1/{agency}/ams/events#id": "heartbeat",
    "/api/v1/{agency}/ams/events#type": "ams.feed.heartbeat.v1",
    "/api/v1/{agency}/ams/events#subject": "",
    "/assets/{version}/{name}#name": "portal.css",
    "/api/v1/{agency}/sign-in/password/link#key": "0" * 64,
}


class Unfilled(AssertionError):
    """A route has a name that this table does not know."""


def value_of(route: Served, name: str, house: Household) -> Any:
    """What a name of the route is of this household; raises Unfilled."""
    last = name.rsplit(".", 1)[-1]
    if last in house.swapped:
        return house.swapped[last]
    for key in (f"{route.path}#{name}", name, last):
        if key in IDS:
            return IDS[key](house)
        if key in FIELDS:
            return FIELDS[key]
    raise Unfilled(
        f"{route} takes {name!r}, and tests/isolation/filling.py does not say what that is: put it into IDS with the"
        " household's own, or into FIELDS if it names nobody's thing."
    )


def is_id(route: Served, name: str) -> bool:
    """Whether a name of the route names a thing of a household."""
    keys = (f"{route.path}#{name}", name, name.rsplit(".", 1)[-1])
    known = next((key for key in keys if key in IDS or key in FIELDS), "")
    return known in IDS


def address(route: Served, house: Household, slug: str) -> str:
    """The route's address with the household's ids, at the agency with this slug."""
    path = route.path
    for name in route.names:
        value = slug if name == "agency" else value_of(route, name, house)
        path = _replaced(path, name, quote(str(value), safe=""))
    return path


def body(route: Served, house: Household) -> dict[str, Any]:
    """Every field that the route's body may have."""
    filled: dict[str, Any] = {}
    for name, kind in route.fields:
        place = filled
        *outer, last = name.split(".")
        for part in outer:
            place = place.setdefault(part, {})
        value = value_of(route, name, house)
        as_it_is = value is None or (isinstance(value, bool | list | dict) and kind != "string")
        place[last] = value if as_it_is else str(value)
    return filled


def sent(route: Served, house: Household, slug: str, given: Mapping[str, Any]) -> str:
    """All that a request carries, in lower case: what an answer may repeat."""
    return f"{address(route, house, slug)} {given}".lower()


def _replaced(path: str, name: str, value: str) -> str:
    start = path.index("{" + name)
    return path[:start] + value + path[path.index("}", start) + 1 :]


def _secret(house: Household) -> str:
    """A secret of the right form that nobody was given."""
    return base64.urlsafe_b64encode(house.agency_id.bytes + os.urandom(32)).decode()


def swapped(own: Household, name: str, target: Household) -> Household:
    """The household with a single id of somebody else's."""
    last = name.rsplit(".", 1)[-1]
    return replace(own, word=target.word, swapped={last: IDS[name if name in IDS else last](target)})


def without_secrets(house: Household) -> Household:
    """The household without the secrets that open something to whoever has them: those are keys, not ids."""
    return replace(house, sign_in="", things=house.things | {"key": _secret(house)})


def unknown(like: Household) -> Household:
    """A household of the same agency that does not exist: every id has the right form and names nothing."""
    return Household(like.agency, "nobodyatall", 9999, agency_id=like.agency_id, session=new_id())
