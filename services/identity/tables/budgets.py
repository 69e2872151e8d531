"""What guesses, codes and unknown addresses may still cost, and from where people are known to come."""

from sqlalchemy import Column, DateTime, Double, Index, Integer, LargeBinary, Table, Text, Uuid, func

from .metadata import metadata

# without an agency on purpose: the installation's rows belong to none, and all that a row tells is a keyed hash
budgets = Table(
    "budgets",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),  # whose it is: an agency's key, or a keyed hash
    Column("spent", Double, nullable=False),  # at the moment `at`; it fades with the time constant `seconds`
    Column("allowed", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("granted", Integer, nullable=False),  # how many of those who asked last were
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_budgets_at", "at"),
)

familiar_clients = Table(
    "familiar_clients",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),  # keyed hash of an address and a client that signed in with it
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
