"""Whether a snapshot that is over was complete, and since when one is known that nobody has heard begin."""

import sqlalchemy as sa
from alembic import op

from kit.migrating.steps import change_all

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Runs once, on whatever is there already."""
    known_at = sa.Column("known_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    op.add_column("snapshots", known_at)
    op.add_column("snapshots", sa.Column("complete", sa.Boolean, nullable=False, server_default="false"))
    # of older ones nobody knows: they are called what nearly all of them were
    change_all("snapshots", "UPDATE snapshots SET complete = true WHERE swept_at IS NOT NULL")
