"""What identity answers, does and hears: its table of contents, a chapter for each subject."""

from . import (
    activities,
    agencies,
    devices,
    feed,
    impersonations,
    openid,
    passkeys,
    passwords,
    second_factors,
    sessions,
    sign_in,
    staff,
    systems,
)
from .service import service

__all__ = [
    "activities",
    "agencies",
    "devices",
    "feed",
    "impersonations",
    "openid",
    "passkeys",
    "passwords",
    "second_factors",
    "service",
    "sessions",
    "sign_in",
    "staff",
    "systems",
]
