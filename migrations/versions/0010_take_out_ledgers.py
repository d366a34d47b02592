"""Exports that were asked for, and the tokens by which other programs read figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "export_job",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("ledger", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_export_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_job_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_export_job_region_code")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("export_job") as batch_op:
        batch_op.create_index("ix_export_job_person", ["county", "person_id", "asked_at"], unique=False)
    op.create_table(
        "read_token",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("tables", JSON, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("home_code", sa.String(length=15), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("read_on", JSON, nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("minute", sa.DateTime(), nullable=True),
        sa.Column("in_minute", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_read_token")),
        sa.UniqueConstraint("county", "secret_hash", name=op.f("uq_read_token_county_secret_hash")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_read_token_region_code")),
        sa.ForeignKeyConstraint(["home_code"], ["region.code"], name=op.f("fk_read_token_home_code")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_read_token_made_by")),
        info={"dist": "county"},
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("read_token")
    op.drop_table("export_job")
