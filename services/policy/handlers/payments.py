"""Payment History."""

from contracts.policy.payments import ListPayments, PaymentList
from kit.bus import Call
from services.policy import payments

from .service import service


@service.answers(ListPayments)
async def list_payments(request: ListPayments, call: Call) -> PaymentList:
    """Payment History, of the account or of one policy."""
    async with call.transaction() as transaction:
        return await payments.list_for(call.account, request, transaction)
