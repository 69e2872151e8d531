"""Limits: what a remembered device may open of an account's documents."""

from contracts.documents.vault import Document
from contracts.kinds import NotFound
from contracts.principal import Limit, Principal


def check(document: Document, who: Principal) -> None:
    """Raises NotFound for what is not an ID card where the session is limited to them, and for every other limit."""
    if who.limit is not None and (who.limit is not Limit.ID_CARDS or document.kind != "id_card"):
        raise NotFound
