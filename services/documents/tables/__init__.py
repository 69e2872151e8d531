"""Documents' tables, a file for each subject; `metadata` has them all."""

from . import accounts, certificates, mailings, masters, received, standings, vault
from .metadata import metadata

__all__ = ["accounts", "certificates", "mailings", "masters", "metadata", "received", "standings", "vault"]
