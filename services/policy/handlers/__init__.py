"""What policy answers and hears: its table of contents, a chapter for each subject."""

from . import accounts, feed, payments, policies
from .service import service

__all__ = ["accounts", "feed", "payments", "policies", "service"]
