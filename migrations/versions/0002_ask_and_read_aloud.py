"""the office asks workers; a commitment's text can be read aloud."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Questions of the office to a worker, and the recording of a commitment's text."""
    op.create_table(
        "ask",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=True),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("worker_id", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_with", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_ask_county_place_id")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_ask_worker_id")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_ask")),
        info={"dist": "county"},
    )
    op.create_index("ix_ask_place", "ask", ["county", "place_id"], unique=False)
    with op.batch_alter_table("commitment_text") as batch:
        batch.add_column(sa.Column("audio", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("commitment_text") as batch:
        batch.drop_column("audio")
    op.drop_index("ix_ask_place", table_name="ask")
    op.drop_table("ask")
