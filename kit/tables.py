"""The tables that every service has beside its own: outbox, inbox, quarantine and the agencies' public records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.schema import SchemaItem

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# a changed row finds a place beside its old self: no index has to learn of it, and one page less is written
ROOM = {"fillfactor": 80}


def entity(*own: SchemaItem) -> list[SchemaItem]:
    """What is in the table of one kind of the AMS's entities (`kit/entities.py`): its own columns, and every kind's.

    A column of its own takes the place of every kind's with the same name.
    """
    named = {column.name for column in own if isinstance(column, Column)}
    every: tuple[Column[Any], ...] = (
        Column("id", Uuid, primary_key=True),
        Column("agency", Uuid, nullable=False),
        Column("ams_id", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("deleted", Boolean, nullable=False),
        Column("stored_at", DateTime(timezone=True), nullable=False),  # when the bus took the event
        # the same of the event with which it came, or came back after it was deleted; empty: long ago
        Column("there_since", DateTime(timezone=True)),
        Column("raw", JSONB, nullable=False),  # as it came, with the fields that we do not know
    )
    return [*(column for column in every if column.name not in named), *own, UniqueConstraint("agency", "ams_id")]


def add_snapshots(metadata: MetaData) -> None:
    """Adds the tables of a service that keeps entities of the AMS's: what a snapshot named, until all is applied."""
    Table(
        "snapshots",
        metadata,
        Column("agency", Uuid, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("started_at", DateTime(timezone=True)),  # when the bus stored its start
        Column("counts", JSONB),  # of its end, by kind
        Column("known_at", DateTime(timezone=True), nullable=False, server_default=func.now()),  # the first of it
        Column("swept_at", DateTime(timezone=True)),  # when it was over
        Column("complete", Boolean, nullable=False, server_default="false"),  # it was over because all had come
        Column("swept", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # of these kinds the rest is gone
        Column("found", JSONB, nullable=False, server_default=text("'{}'::jsonb")),  # drift that it mended
    )
    Table(
        "feed_hours",  # what was heard in each hour of the last day; the next day takes an hour's row over
        metadata,
        Column("agency", Uuid, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("slot", Integer, primary_key=True),  # the hour of the day, in UTC
        Column("hour", DateTime(timezone=True), nullable=False),
        Column("applied", BigInteger, nullable=False),
        Column("superseded", BigInteger, nullable=False),
        Column("stored_at", DateTime(timezone=True), nullable=False),  # of the newest event
        Column("heard_at", DateTime(timezone=True), nullable=False),
    )
    Table(
        "snapshot_items",
        metadata,
        Column("agency", Uuid, primary_key=True),
        Column("snapshot", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("ams_id", Text, primary_key=True),
    )
    Table(
        "held_removals",  # of a snapshot: until somebody decides, or until the job is done; and what became of it
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("agency", Uuid, nullable=False),
        Column("snapshot", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("began_at", DateTime(timezone=True), nullable=False),  # the snapshot
        Column("held_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("going", BigInteger, nullable=False),  # when it was held
        Column("there", BigInteger, nullable=False),
        Column("state", Text, nullable=False, server_default="held"),
        Column("removed", BigInteger, nullable=False, server_default="0"),
        UniqueConstraint("agency", "snapshot", "kind"),
    )


def add_rules(metadata: MetaData, rules: Sequence[str]) -> None:
    """Adds statements that belong to the tables and that no table can say: functions, triggers, rights."""
    for rule in rules:
        event.listen(metadata, "after_create", DDL(rule.replace("%", "%%")))  # type: ignore[no-untyped-call]


def new_metadata() -> MetaData:
    """A service's metadata with the tables of the kit in it."""
    metadata = MetaData(naming_convention=NAMES)
    Table(
        "outbox",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("subject", Text, nullable=False),
        Column("headers", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
        Column("body", LargeBinary, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("leased_until", DateTime(timezone=True)),
        Column("sent_at", DateTime(timezone=True)),
        Index("ix_outbox_waiting", "made_at", postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_sent_at", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    )
    Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("message_id", Text, primary_key=True),
        Column("body_sha256", LargeBinary, nullable=False),
        Column("heard_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("ix_inbox_heard_at", "heard_at"),
    )
    Table(
        "quarantine",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("stream", Text, nullable=False),
        Column("stream_sequence", BigInteger, nullable=False),
        Column("subject", Text, nullable=False),
        Column("agency", Text, nullable=False, server_default=""),
        Column("message_id", Text, nullable=False, server_default=""),
        Column("headers", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
        Column("body", LargeBinary, nullable=False),
        Column("body_sha256", LargeBinary, nullable=False),
        Column("code", Text, nullable=False),
        Column("pointer", Text, nullable=False, server_default=""),
        Column("problem", Text, nullable=False),
        Column("deliveries", Integer, nullable=False, server_default="1"),
        Column("caught_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("replayed_at", DateTime(timezone=True)),
        Column("replayed_by", Text, nullable=False, server_default=""),  # staff:<id>, system:<id>, command line
        Column("mended_body", LargeBinary),  # what was sent again, where it is not the body as it came
        Column("outcome", Text, nullable=False, server_default=""),  # of what was sent again
        Column("replay_of", Uuid),  # it was sent again, and refused again: this is the first one
        # the body too: a stream that was lost and made again counts from one again
        UniqueConstraint("consumer", "stream", "stream_sequence", "body_sha256"),
        Index("ix_quarantine_waiting", "caught_at", postgresql_where=text("replayed_at IS NULL")),
        Index("ix_quarantine_agency", "agency", "id"),
        Index("ix_quarantine_replay_of", "replay_of", postgresql_where=text("replay_of IS NOT NULL")),
    )
    Table(
        "attempts",  # messages that came back and are being handled
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("stream", Text, primary_key=True),
        Column("stream_sequence", BigInteger, primary_key=True),
        Column("times", Integer, nullable=False),
        Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "agencies",  # a directory: found by slug before there is an agency to filter by
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("slug", Text, nullable=False, unique=True),
        Column("version", BigInteger, nullable=False),
        Column("details", JSONB, nullable=False),
    )
    return metadata
