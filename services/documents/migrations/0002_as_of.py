"""When what is written on a document was last known to be so, and room beside every standing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nobody knows it of documents that are there already."""
    op.add_column("documents", sa.Column("as_of", sa.DateTime(timezone=True)))
    op.execute("ALTER TABLE standings SET (fillfactor = 80)")
