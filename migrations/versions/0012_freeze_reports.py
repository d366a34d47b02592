"""Reports with their versions, and the forms of regions that they are filled into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "report",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_report_region_code"),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"], ["campaign.county", "campaign.id"], name="fk_report_county_campaign_id"
        ),
        sa.PrimaryKeyConstraint("county", "id", name="pk_report"),
        sa.UniqueConstraint("county", "region_code", "campaign_id", "kind", "last", "turn", name="uq_report_turn"),
        info={"dist": "county"},
    )
    op.create_index("ix_report_region", "report", ["county", "region_code", "moment"])
    op.create_table(
        "report_version",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("report_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("whole", JSON, nullable=True),
        sa.Column("masked", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "report_id"], ["report.county", "report.id"], name="fk_report_version_county_report_id"
        ),
        sa.PrimaryKeyConstraint("county", "report_id", "number", name="pk_report_version"),
        info={"dist": "county"},
    )
    op.create_table(
        "report_template",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("form", sa.String(4), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name="fk_report_template_region_code"),
        sa.PrimaryKeyConstraint("county", "region_code", "form", name="pk_report_template"),
        info={"dist": "county"},
    )


def downgrade() -> None:
    """Back."""
    for name in ("report_template", "report_version", "report"):
        op.drop_table(name)
