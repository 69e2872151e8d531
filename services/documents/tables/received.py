"""Documents in the agency's own files: what it tells of them."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

received_documents = Table(
    "received_documents",
    metadata,
    *entity(
        Column("account_ams_id", Text, nullable=False),
        Column("policy_ams_id", Text, nullable=False),  # empty where it belongs to the account as a whole
        Column("category", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("file_name", Text, nullable=False),
        Column("content_type", Text, nullable=False),
        Column("size", Integer, nullable=False),  # of the content that has to come, in bytes
        Column("sha256", LargeBinary, nullable=False),  # of that content
        Column("pages", Integer),
        Column("visible", Boolean, nullable=False),  # to the insured
        Column("dated_on", Date),
        Column("effective", Date),
        Column("expiration", Date),
        Column("vehicles", JSONB, nullable=False),  # their ids on the policy
        Column("state", Text, nullable=False),
        Index(
            "ix_received_documents_account",
            "agency",
            "account_ams_id",
            "dated_on",
            postgresql_where=text("NOT deleted"),
        ),
    ),
)
