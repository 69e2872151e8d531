"""Payment History: every receipt of the account."""

from starlette.responses import Response

from contracts.policy.payments import ListPayments
from gateway.views import policies
from gateway.visit import Visit


async def show(visit: Visit) -> Response:
    """The receipts, newest first."""
    asked = ListPayments(cursor=visit.request.query_params.get("cursor", "")[:200])
    me, found = await policies.payments_with_me(visit.ask, asked)
    return visit.render("payments.html", me, "payments", list=found)
