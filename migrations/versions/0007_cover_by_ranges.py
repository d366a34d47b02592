"""What a verified backup holds, as ranges on the enrolment instead of a mark on every line of the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """No backup was ever verified before this: nothing is covered yet."""
    op.add_column("device", sa.Column("covered", JSON, nullable=False, server_default="[]"))
    op.drop_column("journal", "covered")


def downgrade() -> None:
    """Back."""
    op.add_column("journal", sa.Column("covered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_column("device", "covered")
