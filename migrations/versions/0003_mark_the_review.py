"""mark the review: what was put aside, decided in one go, or decided by who had reported it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """mark the review."""
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("batch", sa.String(length=36), nullable=True))
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.alter_column("own", server_default=None)
    op.create_table(
        "review_aside",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_review_aside_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "item_id", name=op.f("pk_review_aside")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("review_aside", schema=None) as batch_op:
        batch_op.create_index("ix_review_aside_place", ["county", "place_id"], unique=False)


def downgrade() -> None:
    """forget the marks."""
    with op.batch_alter_table("review_aside", schema=None) as batch_op:
        batch_op.drop_index("ix_review_aside_place")

    op.drop_table("review_aside")
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.drop_column("batch")
        batch_op.drop_column("own")
