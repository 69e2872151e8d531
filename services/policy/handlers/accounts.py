"""What policy hears of agencies and accounts."""

from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountChanged
from kit.agencies import keep_agency
from kit.database import Transaction
from services.policy import accounts

from .service import service


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """The agency's time zone, and that it exists."""
    await keep_agency(event, transaction)


@service.hears(AccountChanged)
async def account_changed(event: AccountChanged, transaction: Transaction) -> None:
    """Which id identity gave an account of the AMS's."""
    await accounts.keep(event, transaction)
