"""When the last wrong try was, so that tries long past no longer count against anybody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; tries from before it count afresh."""
    with op.batch_alter_table("login_tries") as batch_op:
        batch_op.add_column(sa.Column("last_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("login_tries") as batch_op:
        batch_op.drop_column("last_at")
