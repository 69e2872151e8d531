"""Carriers."""

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

carriers = Table(
    "carriers",
    metadata,
    *entity(
        Column("name", Text, nullable=False),
        Column("naic", Text, nullable=False),
        Column("company_numbers", JSONB, nullable=False),
        Column("phone", Text, nullable=False),
        Column("claim_phone", Text, nullable=False),
        Column("payment_url", Text, nullable=False),
        Column("claim_url", Text, nullable=False),
        Column("parent", Text, nullable=False),
        Column("lines", JSONB, nullable=False),  # links and telephones by line of business, ours
    ),
)
