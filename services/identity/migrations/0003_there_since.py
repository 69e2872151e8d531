"""Since when an entity is there: what a snapshot brought back is not what it found (record 0028)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Runs once, on whatever is there already."""
    for table in ("accounts", "contacts"):
        op.add_column(table, sa.Column("there_since", sa.DateTime(timezone=True)))
