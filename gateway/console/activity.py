"""Activity of the whole agency: what was done, by whom, for whom; of one sort if wanted."""

from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.responses import Response

from contracts.identity.activities import ListAgencyActivity, What
from gateway import acts

from .desk import Desk


async def show(desk: Desk) -> Response:
    """Newest first, in days."""
    query = desk.request.query_params
    what = What(query["what"]) if query.get("what") in set(What) else None
    account = _id(query.get("account", ""))
    cursor = query.get("cursor", "")
    asked = ListAgencyActivity(what=what, account=account, cursor=cursor if cursor.isdigit() else "")
    found = await desk.ask(asked)
    zone = ZoneInfo(desk.agency.time_zone)
    days = [(day, list(of_day)) for day, of_day in groupby(found.items, lambda entry: entry.at.astimezone(zone).date())]
    kept = {"what": what.value if what else "", "account": str(account or "")}
    older = urlencode({**kept, "cursor": found.cursor}) if found.cursor else ""
    sorts = sorted(((one.value, acts.sentence(one, {}, desk.language)) for one in What), key=lambda pair: pair[1])
    return await desk.show(
        "activity.html", "activity", days=days, older=older, acts=acts, sorts=sorts, kept=kept, further=bool(cursor)
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
