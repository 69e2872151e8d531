"""What documents hears of agencies, accounts and policies."""

from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountsChanged
from contracts.policy.policies import PoliciesChanged
from kit.agencies import keep_agency
from kit.database import Transaction
from services.documents import accounts, standings

from .service import service


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """What papers show of the agency, and its time zone."""
    await keep_agency(event, transaction)


@service.hears(AccountsChanged)
async def accounts_changed(event: AccountsChanged, transaction: Transaction) -> None:
    """Names and addresses for paper."""
    await accounts.keep(event, transaction)


@service.hears(PoliciesChanged)
async def policies_changed(event: PoliciesChanged, transaction: Transaction) -> None:
    """Whether papers about these policies still hold."""
    await standings.keep(event, transaction)
