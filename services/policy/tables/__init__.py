"""Policy's tables, a file for each subject; `metadata` has them all."""

from . import accounts, carriers, certificate_holders, feeds, policies, receipts, requests, tasks, terms, webhooks
from .metadata import metadata

__all__ = [
    "accounts",
    "carriers",
    "certificate_holders",
    "feeds",
    "metadata",
    "policies",
    "receipts",
    "requests",
    "tasks",
    "terms",
    "webhooks",
]
