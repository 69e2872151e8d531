"""Requests that the agency itself makes: its staff in the console, or a system of its own that does the same."""

from typing import Generic

from .kinds import Answer, Caller, Request
from .principal import Role, Scope


class StaffRequest(Request[Answer], Generic[Answer], caller=Caller.AGENCY, scope=Scope.AGENCY_ADMIN):
    """Asked by any member of staff, or by a system with the scope that does what the console does."""


class AdminRequest(StaffRequest[Answer], Generic[Answer], roles=(Role.ADMIN,)):
    """Asked by an admin, or by a system with that scope."""
