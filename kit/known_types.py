"""A connection to PostgreSQL that knows what the server has told an earlier one about its built-in types."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

FIRST_OWN = 16384  # types from here on are made by somebody, and differ from database to database

_told: dict[frozenset[int], Any] = {}


class _Known(NamedTuple):
    """Stands for the statement that did not have to be prepared; the driver asks for its name alone."""

    name: str = "known"


class TypesKnown(Connection):
    """For `connection_class`: the driver asks each connection anew what a `uuid[]` is.

    That is 8 to 12 ms of the server's processor time for each kind of array and connection, ten times what the
    statement takes that needs it.
    """

    __slots__ = ()

    async def _introspect_types(self, typeoids: Iterable[int], *patience: float | None) -> tuple[Any, Any]:
        wanted = frozenset(typeoids)
        if wanted in _told:
            return _told[wanted], _Known()
        types, statement = await super()._introspect_types(wanted, *patience)  # type: ignore[misc]
        if max(wanted) < FIRST_OWN:
            _told[wanted] = types
        return types, statement
