"""How the ids and fields of every route are filled: with a household's own, or with what is no id of anybody's."""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

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
    "impersonation": lambda house: house.things["impersonation"],
    "key": lambda house: house.things["key"],
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
    "default_language": "en",
    "languages": ["en", "es"],
    "portal_open": True,
    "disclosure": "explicit",
    "gmail": "code",
    "google_accounts": "none",
    "passkeys": "offered",
    "passwords": True,
    "remembered_devices": True,
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
        place[last] = value if isinstance(value, bool | list | dict) and kind != "string" else str(value)
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
    return replace(own, word=target.word, swapped={name: IDS[name](target)})


def without_secrets(house: Household) -> Household:
    """The household without the secrets that open something to whoever has them: those are keys, not ids."""
    return replace(house, sign_in="", things={**house.things, "key": _secret(house)})


def unknown(like: Household) -> Household:
    """A household of the same agency that does not exist: every id has the right form and names nothing."""
    return Household(like.agency, "nobodyatall", 9999, agency_id=like.agency_id, session=new_id())
