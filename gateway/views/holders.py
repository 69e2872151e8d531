"""The pages of certificate holders: the list, one of them, all of them as a file, and what a file would do."""

from collections.abc import AsyncIterator
from uuid import UUID

from contracts.identity.contacts import GetMe, Me
from contracts.policy.holder_sheets import GetHolderSheet, SheetReport
from contracts.policy.holders import GetHolder, Holder, HolderList, ListHolders
from gateway.parts import Ask

from .together import together

MOST = 5000  # holders in a file


async def list_with_me(ask: Ask, wanted: ListHolders) -> tuple[Me, HolderList]:
    """The holders that are wanted, and who looks."""
    return await together(ask(GetMe()), ask(wanted))


async def one_with_me(ask: Ask, holder: UUID) -> tuple[Me, Holder]:
    """One holder, and who looks; raises NotFound."""
    return await together(ask(GetMe()), ask(GetHolder(holder=holder)))


async def sheet_with_me(ask: Ask, sheet: UUID) -> tuple[Me, SheetReport]:
    """What a file would do, or has done, and who looks; raises NotFound."""
    return await together(ask(GetMe()), ask(GetHolderSheet(sheet=sheet)))


async def every(ask: Ask) -> AsyncIterator[Holder]:
    """All holders of the account, by name."""
    cursor, given = "", 0
    while given < MOST:
        page = await ask(ListHolders(limit=200, cursor=cursor))
        for holder in page.items:
            yield holder
        given += len(page.items)
        if not page.cursor:
            return
        cursor = page.cursor
