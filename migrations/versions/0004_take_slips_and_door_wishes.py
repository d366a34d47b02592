"""take slips and door wishes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """take slips and door wishes."""
    op.create_table(
        "paper_draft",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("village_code", sa.String(length=15), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("sheet", JSON, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_draft_person_id")),
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name=op.f("fk_paper_draft_village_code")),
        sa.PrimaryKeyConstraint("county", "village_code", "person_id", name=op.f("pk_paper_draft")),
        info={"dist": "county"},
    )
    op.create_table(
        "field_edit",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_field_edit_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_field_edit")),
        info={"dist": "county"},
    )
    op.create_index("ix_field_edit_place", "field_edit", ["county", "place_id"])
    op.create_index("ix_deed_grid", "deed", ["county", "grid", "seq"])
    op.add_column("place", sa.Column("closed_at", sa.DateTime(), nullable=True))
    op.add_column("place", sa.Column("reopened_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("place", "reopened_at")
    op.drop_column("place", "closed_at")
    op.drop_index("ix_deed_grid", "deed")
    op.drop_table("field_edit")
    op.drop_table("paper_draft")
