"""Texts that are published, batches with their codes, slips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of materials and batches."""
    op.create_table(
        "material_version",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(36), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_material_version_region_code"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_material_version_author_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_material_version_decided_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_material_version_revoked_by"),
        sa.PrimaryKeyConstraint("county", "key", "version", "region_code", name="pk_material_version"),
        info={"dist": "county"},
    )
    op.create_index("ix_material_version_region", "material_version", ["county", "region_code", "state"])
    op.create_table(
        "material_clip",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dialect", sa.String(12), nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(36), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_material_clip_region_code"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_material_clip_author_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_material_clip_decided_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_material_clip_revoked_by"),
        sa.PrimaryKeyConstraint("county", "id", name="pk_material_clip"),
        info={"dist": "county"},
    )
    op.create_index("ix_material_clip_key", "material_clip", ["county", "key", "version"])
    op.create_table(
        "weekly_three",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("keys", JSON, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_weekly_three_region_code"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_weekly_three_person_id"),
        sa.PrimaryKeyConstraint("county", "region_code", "monday", name="pk_weekly_three"),
        info={"dist": "county"},
    )
    op.create_table(
        "office",
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("issuer", sa.String(40), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("hours", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_office_region_code"),
        sa.PrimaryKeyConstraint("region_code", name="pk_office"),
        info={"dist": "reference"},
    )
    op.create_table(
        "code_key",
        sa.Column("name", sa.String(10), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_code_key"),
        info={"dist": "reference"},
    )
    op.create_table(
        "batch",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("grid", sa.String(15), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_batch_region_code"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_batch_made_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_batch_revoked_by"),
        sa.UniqueConstraint("county", "code", name="uq_batch_county_code"),
        sa.PrimaryKeyConstraint("county", "id", name="pk_batch"),
        info={"dist": "county"},
    )
    op.create_index("ix_batch_code", "batch", ["code"])
    op.create_index("ix_batch_region", "batch", ["county", "region_code", "made_at"])
    op.create_table(
        "batch_day",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "batch_id", "day", name="pk_batch_day"),
        info={"dist": "county"},
    )
    op.create_table(
        "slip",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("village_code", sa.String(15), nullable=False),
        sa.Column("worker_id", sa.String(36), nullable=True),
        sa.Column("batch_id", sa.String(36), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name="fk_slip_village_code"),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name="fk_slip_worker_id"),
        sa.PrimaryKeyConstraint("county", "code", name="pk_slip"),
        info={"dist": "county"},
    )
    op.create_index("ix_slip_code", "slip", ["code"])
    op.create_index("ix_slip_worker", "slip", ["county", "worker_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("slip", "batch_day", "batch", "code_key", "office", "weekly_three", "material_clip", "material_version"):
        op.drop_table(table)
