"""Identity's tables, a file for each subject; `metadata` has them all."""

from . import (
    activities,
    budgets,
    consents,
    devices,
    impersonations,
    openid,
    passkeys,
    passwords,
    people,
    second_factors,
    sessions,
    sign_in,
    staff,
    systems,
)
from .metadata import metadata

__all__ = [
    "activities",
    "budgets",
    "consents",
    "devices",
    "impersonations",
    "metadata",
    "openid",
    "passkeys",
    "passwords",
    "people",
    "second_factors",
    "sessions",
    "sign_in",
    "staff",
    "systems",
]
