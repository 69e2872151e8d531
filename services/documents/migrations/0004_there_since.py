"""Since when an entity is there: what a snapshot brought back is not what it found (record 0028)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Runs once, on whatever is there already."""
    for table in ("certificate_masters", "certificates", "received_documents"):
        op.add_column(table, sa.Column("there_since", sa.DateTime(timezone=True)))
