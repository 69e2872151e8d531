"""What policy hears of agencies and accounts."""

from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountsChanged
from kit.agencies import keep_agency
from kit.database import Transaction
from services.policy import accounts

from .service import service


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """The agency's time zone, and that it exists."""
    await keep_agency(event, transaction)


@service.hears(AccountsChanged)
async def accounts_changed(event: AccountsChanged, transaction: Transaction) -> None:
    """Which ids identity gave accounts of the AMS's."""
    await accounts.keep(event, transaction)
