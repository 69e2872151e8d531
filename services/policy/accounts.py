"""The ids and names of accounts, as identity tells them: the AMS's policies name accounts by the AMS's own ids."""

from contracts.identity.contacts import AccountsChanged
from kit.copies import Copies
from kit.database import Transaction

ACCOUNTS = Copies("accounts", "id", {"ams_id": "text", "name": "text"}, unique=("id",))


async def keep(event: AccountsChanged, tx: Transaction) -> None:
    """Keeps the newest of each account."""
    await ACCOUNTS.keep([{**one.model_dump(), "id": one.account} for one in event.accounts], tx)
