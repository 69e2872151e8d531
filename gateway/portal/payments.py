"""Payment History: every receipt of the account, or those for one policy."""

from uuid import UUID

from starlette.responses import Response

from contracts.policy.payments import ListPayments
from gateway.views import policies
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """The receipts, newest first; an address that names no policy is that of all."""
    query = visit.request.query_params
    policy = _id(query.get("policy", ""))
    asked = ListPayments(policy=policy, cursor=query.get("cursor", "")[:400])
    me, found = await policies.payments_with_me(visit.ask, asked)
    return visit.render("payments.html", me, "payments", list=found, policy=policy)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
