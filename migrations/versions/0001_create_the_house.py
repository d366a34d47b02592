"""create the house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """create the house."""
    op.create_table(
        "audit_line",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=15), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_audit_line")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index("ix_audit_line_region", ["county", "region", "at"], unique=False)

    op.create_table(
        "change",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("row_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("county", "grid", "kind", "row_id", name=op.f("pk_change")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_feed", ["county", "grid", "seq"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("group_code", sa.String(length=15), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("d", sa.Integer(), nullable=False),
        sa.Column("attempted", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("installed_before", sa.Integer(), nullable=False),
        sa.Column("installed_now", sa.Integer(), nullable=False),
        sa.Column("wants_later", sa.Integer(), nullable=False),
        sa.Column("app_declined", sa.Integer(), nullable=False),
        sa.Column("no_smartphone", sa.Integer(), nullable=False),
        sa.Column("places_installed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "place_id", "campaign_id", name=op.f("pk_contribution")),
        info={"dist": "county"},
    )
    op.create_table(
        "counter",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("group_code", sa.String(length=15), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("d", sa.Integer(), nullable=False),
        sa.Column("attempted", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("installed_before", sa.Integer(), nullable=False),
        sa.Column("installed_now", sa.Integer(), nullable=False),
        sa.Column("wants_later", sa.Integer(), nullable=False),
        sa.Column("app_declined", sa.Integer(), nullable=False),
        sa.Column("no_smartphone", sa.Integer(), nullable=False),
        sa.Column("places_installed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "campaign_id", "grid", "group_code", name=op.f("pk_counter")),
        info={"dist": "county"},
    )
    op.create_table(
        "deed",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_deed")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("deed", schema=None) as batch_op:
        batch_op.create_index("ix_deed_order", ["county", "seq"], unique=False)

    op.create_table(
        "grid_head",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county", "grid", name=op.f("pk_grid_head")),
        info={"dist": "county"},
    )
    op.create_table(
        "login_tries",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_tries")),
        info={"dist": "reference"},
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        info={"dist": "reference"},
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("parent_code", sa.String(length=15), nullable=True),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("grid_code", sa.String(length=15), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
        info={"dist": "reference"},
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index("ix_region_path", ["path"], unique=False)

    op.create_table(
        "shared_head",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county", name=op.f("pk_shared_head")),
        info={"dist": "county"},
    )
    op.create_table(
        "campaign",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("materials", JSON, nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_campaign_region_code")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("county", "key", name=op.f("uq_campaign_county_key")),
        info={"dist": "county"},
    )
    op.create_table(
        "grid",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("village_code", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name=op.f("fk_grid_village_code")),
        sa.PrimaryKeyConstraint("county", "code", name=op.f("pk_grid")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.create_index("ix_grid_village", ["county", "village_code"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_person_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
        info={"dist": "reference"},
    )
    op.create_table(
        "place",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("village_code", sa.String(length=15), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("group_code", sa.String(length=15), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("local_no", sa.String(length=6), nullable=True),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("landmark", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("nickname", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("adults", sa.Integer(), nullable=True),
        sa.Column("needs", JSON, nullable=False),
        sa.Column("geo", JSON, nullable=True),
        sa.Column("parent_place_id", sa.String(length=36), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("away_kind", sa.Text(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.String(length=36), nullable=True),
        sa.Column("survivor_id", sa.String(length=36), nullable=False),
        sa.Column("do_not_return", sa.Boolean(), nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.ForeignKeyConstraint(["group_code"], ["region.code"], name=op.f("fk_place_group_code")),
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name=op.f("fk_place_village_code")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_place")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index("ix_place_back", ["county", "status", "back_on"], unique=False)
        batch_op.create_index("ix_place_grid", ["county", "grid", "row_order"], unique=False)
        batch_op.create_index("ix_place_group", ["county", "group_code"], unique=False)
        batch_op.create_index("ix_place_survivor", ["county", "survivor_id"], unique=False)
        batch_op.create_index("ix_place_village", ["county", "village_code", "row_order"], unique=False)

    op.create_table(
        "commitment_text",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"],
            ["campaign.county", "campaign.id"],
            name=op.f("fk_commitment_text_county_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("county", "campaign_id", "version", name=op.f("pk_commitment_text")),
        info={"dist": "county"},
    )
    op.create_table(
        "device",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("renewed_from", sa.String(length=36), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("recovered", sa.Boolean(), nullable=False),
        sa.Column("last_contact", sa.DateTime(), nullable=True),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.DateTime(), nullable=True),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("storage", JSON, nullable=True),
        sa.Column("held", JSON, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_device_worker_id")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_device")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index("ix_device_worker", ["worker_id"], unique=False)

    op.create_table(
        "enrol_code",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("twin_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrol_code_person_id")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_enrol_code")),
        info={"dist": "reference"},
    )
    with op.batch_alter_table("enrol_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrol_code_twin_hash"), ["twin_hash"], unique=False)

    op.create_table(
        "grid_assignment",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_grid_assignment_person_id")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_grid_assignment")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("grid_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_grid_assignment_person", ["person_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
        info={"dist": "reference"},
    )
    op.create_table(
        "review_decision",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("into", sa.String(length=36), nullable=True),
        sa.Column("away_kind", sa.Text(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.DateTime(), nullable=True),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_review_decision_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_review_decision")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.create_index("ix_review_decision_place", ["county", "place_id"], unique=False)

    op.create_table(
        "review_item",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("village_code", sa.String(length=15), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("duplicate_of", sa.String(length=36), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_review_item_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_review_item")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("review_item", schema=None) as batch_op:
        batch_op.create_index("ix_review_item_place", ["county", "place_id"], unique=False)
        batch_op.create_index("ix_review_item_village", ["county", "village_code", "status"], unique=False)

    op.create_table(
        "review_report",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("away_kind", sa.Text(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("duplicate_of", sa.String(length=36), nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("by_visit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_review_report_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", "kind", name=op.f("pk_review_report")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.create_index("ix_review_report_place", ["county", "place_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("superseded_by", sa.String(length=36), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("mode", sa.String(length=12), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("visited_at", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("adults_listened", sa.Integer(), nullable=False),
        sa.Column("installed_before", sa.Integer(), nullable=False),
        sa.Column("installed_now", sa.Integer(), nullable=False),
        sa.Column("wants_later", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("no_smartphone", sa.Integer(), nullable=False),
        sa.Column("do_not_return", sa.Boolean(), nullable=False),
        sa.Column("away_kind", sa.Text(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"], ["campaign.county", "campaign.id"], name=op.f("fk_visit_county_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_visit_county_place_id")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_visit_worker_id")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_visit")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_day", ["county", "campaign_id", "day"], unique=False)
        batch_op.create_index("ix_visit_place", ["county", "place_id"], unique=False)
        batch_op.create_index("ix_visit_root", ["county", "root_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("commitment_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_withdrawal_county_place_id")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_withdrawal_worker_id")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_withdrawal")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index("ix_withdrawal_place", ["county", "place_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("grid", sa.String(length=15), nullable=False),
        sa.Column("superseded_by", sa.String(length=36), nullable=True),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.Text(), nullable=True),
        sa.Column("signer_relation", sa.String(length=12), nullable=True),
        sa.Column("signer_name", sa.Text(), nullable=True),
        sa.Column("strokes", JSON, nullable=True),
        sa.Column("paper_no", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("flags", JSON, nullable=False),
        sa.ForeignKeyConstraint(["county", "id"], ["visit.county", "visit.id"], name=op.f("fk_commitment_county_id")),
        sa.ForeignKeyConstraint(
            ["county", "place_id"], ["place.county", "place.id"], name=op.f("fk_commitment_county_place_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_commitment")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_place", ["county", "place_id"], unique=False)

    op.create_table(
        "journal",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("worker_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("waits_for", sa.String(length=60), nullable=True),
        sa.Column("grid", sa.String(length=15), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.String(length=36), nullable=True),
        sa.Column("chain_marked", sa.Boolean(), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "device_id"], ["device.county", "device.id"], name=op.f("fk_journal_county_device_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_journal")),
        sa.UniqueConstraint("county", "device_id", "n", name=op.f("uq_journal_county_device_id_n")),
        info={"dist": "county"},
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_event", ["county", "event_id"], unique=False)
        batch_op.create_index("ix_journal_eyes", ["county", "device_id", "state"], unique=False)
        batch_op.create_index("ix_journal_received", ["received_at"], unique=False)
        batch_op.create_index("ix_journal_waits", ["county", "waits_for"], unique=False)

    op.create_table(
        "named_blob",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "device_id"], ["device.county", "device.id"], name=op.f("fk_named_blob_county_device_id")
        ),
        sa.PrimaryKeyConstraint("county", "device_id", "sha256", name=op.f("pk_named_blob")),
        info={"dist": "county"},
    )
    op.create_table(
        "stray",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "device_id"], ["device.county", "device.id"], name=op.f("fk_stray_county_device_id")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_stray")),
        sa.UniqueConstraint("county", "device_id", "n", "sha", name=op.f("uq_stray_county_device_id_n_sha")),
        info={"dist": "county"},
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("stray")
    op.drop_table("named_blob")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_waits")
        batch_op.drop_index("ix_journal_received")
        batch_op.drop_index("ix_journal_eyes")
        batch_op.drop_index("ix_journal_event")

    op.drop_table("journal")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index("ix_commitment_place")

    op.drop_table("commitment")
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index("ix_withdrawal_place")

    op.drop_table("withdrawal")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_root")
        batch_op.drop_index("ix_visit_place")
        batch_op.drop_index("ix_visit_day")

    op.drop_table("visit")
    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.drop_index("ix_review_report_place")

    op.drop_table("review_report")
    with op.batch_alter_table("review_item", schema=None) as batch_op:
        batch_op.drop_index("ix_review_item_village")
        batch_op.drop_index("ix_review_item_place")

    op.drop_table("review_item")
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_review_decision_place")

    op.drop_table("review_decision")
    op.drop_table("login_session")
    with op.batch_alter_table("grid_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_grid_assignment_person")

    op.drop_table("grid_assignment")
    with op.batch_alter_table("enrol_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrol_code_twin_hash"))

    op.drop_table("enrol_code")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index("ix_device_worker")

    op.drop_table("device")
    op.drop_table("commitment_text")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index("ix_place_village")
        batch_op.drop_index("ix_place_survivor")
        batch_op.drop_index("ix_place_group")
        batch_op.drop_index("ix_place_grid")
        batch_op.drop_index("ix_place_back")

    op.drop_table("place")
    op.drop_table("person")
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.drop_index("ix_grid_village")

    op.drop_table("grid")
    op.drop_table("campaign")
    op.drop_table("shared_head")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index("ix_region_path")

    op.drop_table("region")
    op.drop_table("meta")
    op.drop_table("login_tries")
    op.drop_table("grid_head")
    with op.batch_alter_table("deed", schema=None) as batch_op:
        batch_op.drop_index("ix_deed_order")

    op.drop_table("deed")
    op.drop_table("counter")
    op.drop_table("contribution")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_feed")

    op.drop_table("change")
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_line_region")

    op.drop_table("audit_line")
