"""Activities, postings and the tasks of villages. What phones told of before gets its rows by ``sync rebuild``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _told(name: str, *more: Any) -> None:
    op.create_table(
        name,
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("superseded_by", sa.String(length=36), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("village_code", sa.String(length=15), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.Column("typed_by", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("photos", JSON, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name=op.f(f"fk_{name}_village_code")),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f(f"fk_{name}_worker_id")),
        sa.ForeignKeyConstraint(["typed_by"], ["person.id"], name=op.f(f"fk_{name}_typed_by")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f(f"pk_{name}")),
        info={"dist": "county"},
    )
    with op.batch_alter_table(name) as batch_op:
        batch_op.create_index(f"ix_{name}_root", ["county", "root_id"], unique=False)
        batch_op.create_index(f"ix_{name}_village", ["county", "village_code", "made_at"], unique=False)
        batch_op.create_index(f"ix_{name}_made", ["county", "made_at"], unique=False)


def upgrade() -> None:
    """Add three tables."""
    _told(
        "activity",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("handouts", sa.Integer(), nullable=False),
    )
    _told(
        "posting",
        sa.Column("group_code", sa.String(length=15), nullable=True),
        sa.Column("spot", sa.Text(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_code"], ["region.code"], name=op.f("fk_posting_group_code")),
    )
    op.create_table(
        "unit_task",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("by_doors", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_unit_task_region_code")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_unit_task")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("unit_task") as batch_op:
        batch_op.create_index("ix_unit_task_region", ["county", "region_code"], unique=False)


def downgrade() -> None:
    """Back."""
    for name in ("unit_task", "posting", "activity"):
        op.drop_table(name)
