"""Certificate holders: the AMS's, and those added in the portal that it has not confirmed yet."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.tables import entity

from .metadata import metadata

certificate_holders = Table(
    "certificate_holders",
    metadata,
    *entity(
        Column("ams_id", Text),  # empty until the AMS has named it: such a row waits, or was confirmed by hand
        Column("stored_at", DateTime(timezone=True)),  # empty until an event of the AMS's: no snapshot sweeps it before
        Column("account_ams_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("attention", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("city", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("postal_code", Text, nullable=False),
        Column("email", Text, nullable=False),
        Column("portal_id", Text, nullable=False, server_default=""),  # the id that it had here before the AMS's row
        Column("likeness", Text, nullable=False),  # name and address in a form that compares; empty without an address
        Column("told", ARRAY(Text)),  # every likeness that the AMS was told of a row added in the portal
        Column("addition", Uuid),  # what was added at once: the holder itself, or a file
        Column("added_at", DateTime(timezone=True)),
        Column("entered_at", DateTime(timezone=True)),  # staff have entered it in the AMS by hand
        Index("ix_certificate_holders_account", "agency", "account_ams_id", postgresql_where=text("NOT deleted")),
        Index("ix_certificate_holders_added", "agency", "account_ams_id", postgresql_where=text("ams_id IS NULL")),
        Index(
            "ix_certificate_holders_lately",
            *("agency", "account_ams_id", "added_at"),
            postgresql_where=text("added_at IS NOT NULL"),
        ),
        Index("ix_certificate_holders_addition", "agency", "addition", postgresql_where=text("addition IS NOT NULL")),
    ),
)

holder_sheets = Table(
    "holder_sheets",  # files with holders: read, and not added yet or added already; kept for a day
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("rows", JSONB, nullable=False),  # as they were read
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("added", Integer),
    Index("ix_holder_sheets_made_at", "agency", "made_at"),
)
