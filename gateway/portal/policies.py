"""The policies: the list, and the page of one."""

from typing import Any, get_args

from starlette.responses import Response

from contracts.policy.policies import ListPolicies
from gateway.line_search import lines_named, names_to_sort_by, sort_by_name
from gateway.views import policies
from gateway.visit import Visit

FIELDS = ListPolicies.model_fields


async def show_list(visit: Visit) -> Response:
    """The list as the address asks for it; what it does not understand is as if it were not there."""
    query = visit.request.query_params
    typed = query.get("q", "").strip()[:80]
    sort = _one_of("sort", query.get("sort"))
    asked = ListPolicies(
        status=_one_of("status", query.get("status")),
        sort=sort,
        line=query.get("line", "")[:20],
        q=typed,
        q_lines=lines_named(typed),
        cursor=query.get("cursor", "")[:400],
        line_names=names_to_sort_by(visit.language) if sort == "line" else {},
    )
    me, found = await policies.list_with_me(visit.ask, asked)
    lines = sort_by_name(found.lines, visit.language)
    return visit.render(
        "policies.html",
        me,
        "policies",
        list=found,
        lines=lines,
        status=asked.status,
        sort=asked.sort,
        line=asked.line,
        q=asked.q,
    )


async def show(visit: Visit) -> Response:
    """One policy with everything that is known of it."""
    me, policy, payments = await policies.one_with_me(visit.ask, visit.request.path_params["policy"])
    return visit.render("policy.html", me, "policies", policy=policy, payments=payments)


def _one_of(field: str, value: str | None) -> Any:
    return value if value in get_args(FIELDS[field].annotation) else FIELDS[field].default
