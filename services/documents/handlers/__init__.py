"""What documents answers and hears: its table of contents, a chapter for each subject."""

from . import accounts, agency_cards, feed, id_cards, vault
from .service import service

__all__ = ["accounts", "agency_cards", "feed", "id_cards", "service", "vault"]
