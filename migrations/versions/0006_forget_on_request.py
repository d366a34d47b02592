"""What was erased, the final figures of campaigns that are over, and the dates by which things leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MEASURES = (
    "n", "away", "pending", "d", "attempted", "met", "covered", "declined", "closed", "signed", "offered", "visits",
    "asked", "installed_before", "installed_now", "wants_later", "app_declined", "no_smartphone", "places_installed",
)  # fmt: skip


def upgrade() -> None:
    """Add two tables and three columns."""
    op.create_table(
        "erasure",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", "device_id", name=op.f("pk_erasure")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("erasure") as batch_op:
        batch_op.create_index("ix_erasure_device", ["county", "device_id"], unique=False)
        batch_op.create_index("ix_erasure_grid", ["county", "grid"], unique=False)
    op.create_table(
        "final_figure",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("group_code", sa.String(length=15), nullable=False),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in MEASURES),
        sa.PrimaryKeyConstraint("county", "campaign_id", "grid", "group_code", name=op.f("pk_final_figure")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("grid_head") as batch_op:
        batch_op.add_column(sa.Column("floor", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("journal") as batch_op:
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("journal") as batch_op:
        batch_op.drop_column("decided_at")
    with op.batch_alter_table("grid_head") as batch_op:
        batch_op.drop_column("floor")
    op.drop_table("final_figure")
    op.drop_table("erasure")
