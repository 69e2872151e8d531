"""Certificates that the agency has issued."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

certificates = Table(
    "certificates",
    metadata,
    *entity(
        Column("account_ams_id", Text, nullable=False),
        Column("holder_ams_id", Text, nullable=False),
        Column("made_out_to", Text, nullable=False),  # the holder's name on the paper, where the AMS tells it
        Column("number", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("form", Text, nullable=False),
        Column("issued_on", Date, nullable=False),
        Column("issued_by", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("ends_on", Date, nullable=False),  # first day on which it counts no more, by what is on it
        Column("replaces", Text, nullable=False),  # the AMS's id of the certificate that this one replaces
        Column("master_ams_id", Text, nullable=False),
        Column("document_ams_id", Text, nullable=False),
        Column("policies", JSONB, nullable=False),  # the AMS's ids of those that are on it
        Index("ix_certificates_account", "agency", "account_ams_id", "issued_on", postgresql_where=text("NOT deleted")),
    ),
)
