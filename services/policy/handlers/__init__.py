"""What policy answers and hears: its table of contents, a chapter for each subject."""

from . import (
    accounts,
    agency_vehicles,
    feed,
    freshness,
    holders,
    payments,
    policies,
    requests,
    retention,
    tasks,
    webhooks,
)
from .service import service

__all__ = [
    "accounts",
    "agency_vehicles",
    "feed",
    "freshness",
    "holders",
    "payments",
    "policies",
    "requests",
    "retention",
    "service",
    "tasks",
    "webhooks",
]
