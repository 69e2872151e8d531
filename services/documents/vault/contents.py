"""The bytes of documents, in pieces, checked against their hash before they leave."""

from hashlib import sha256

from contracts.documents.vault import CHUNK, Content, Document
from kit.database import Transaction


class Damaged(Exception):
    """The bytes of a document are not those that were kept."""


async def read(document: Document, offset: int, transaction: Transaction) -> Content:
    """At most CHUNK bytes from `offset`; none beyond the end.

    The first piece leaves only after the whole document was checked against its hash; who reads on has it already and
    checks the whole once more. Raises Damaged.
    """
    chunk = await (_first(document, transaction) if offset == 0 else _further(document, offset, transaction))
    return Content(document=document, offset=offset, chunk=chunk)


async def _first(document: Document, transaction: Transaction) -> bytes:
    first = b""
    seen = sha256()
    pieces = transaction.driver.cursor(
        "SELECT number, bytes FROM chunks WHERE agency = $1 AND document = $2 ORDER BY number",
        transaction.agency,
        document.id,
        prefetch=8,  # a mebibyte at a time, however large the document is
    )
    async for piece in pieces:
        seen.update(piece["bytes"])
        first = first or piece["bytes"]
    if seen.hexdigest() != document.sha256:
        raise Damaged(str(document.id))
    return first


async def _further(document: Document, offset: int, transaction: Transaction) -> bytes:
    number, begin = divmod(offset, CHUNK)
    rows = await transaction.driver.fetch(
        "SELECT bytes FROM chunks WHERE agency = $1 AND document = $2 AND number BETWEEN $3 AND $3 + 1 ORDER BY number",
        transaction.agency,
        document.id,
        min(number, 2**31 - 2),
    )
    return b"".join(row["bytes"] for row in rows)[begin : begin + CHUNK]
