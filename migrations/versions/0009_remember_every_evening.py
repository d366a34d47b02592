"""What counters said at each 18:00, when visits took effect and in whose 日报 they are; phases, targets, plans."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MEASURES = (
    "n", "away", "pending", "d", "attempted", "met", "covered", "declined", "closed", "signed", "offered", "visits",
    "asked", "installed_before", "installed_now", "wants_later", "app_declined", "no_smartphone", "places_installed",
)  # fmt: skip
AT_ONCE = 1000


def upgrade() -> None:
    """Counters are taken to have moved last today, and visits to have taken effect when their lines were received."""
    op.create_table(
        "counter_past",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("grid", sa.String(15), nullable=False),
        sa.Column("group_code", sa.String(15), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in MEASURES),
        sa.PrimaryKeyConstraint("county", "campaign_id", "grid", "group_code", "through", name="pk_counter_past"),
    )
    op.create_index("ix_counter_past_through", "counter_past", ["county", "campaign_id", "through"])
    op.create_table(
        "phase",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"], ["campaign.county", "campaign.id"], name="fk_phase_county_campaign_id"
        ),
        sa.PrimaryKeyConstraint("county", "id", name="pk_phase"),
        sa.UniqueConstraint("county", "campaign_id", "starts", name="uq_phase_county_campaign_id_starts"),
    )
    op.create_table(
        "target",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("by", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"], ["campaign.county", "campaign.id"], name="fk_target_county_campaign_id"
        ),
        sa.PrimaryKeyConstraint("county", "campaign_id", "by", name="pk_target"),
    )
    op.create_table(
        "rest_day",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("village_code", sa.String(15), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "campaign_id"], ["campaign.county", "campaign.id"], name="fk_rest_day_county_campaign_id"
        ),
        sa.ForeignKeyConstraint(["village_code"], ["region.code"], name="fk_rest_day_village_code"),
        sa.PrimaryKeyConstraint("county", "campaign_id", "village_code", "day", name="pk_rest_day"),
    )
    op.add_column("device", sa.Column("contacts", JSON, server_default="[]", nullable=False))
    _date_counters()
    _date_visits()


def _date_counters() -> None:
    op.add_column("counter", sa.Column("edition", sa.Date(), nullable=True))
    today = _edition(datetime.now(ZoneInfo("UTC")).replace(tzinfo=None))
    op.execute(sa.text("UPDATE counter SET edition = :today").bindparams(sa.bindparam("today", today, sa.Date())))
    with op.batch_alter_table("counter") as batch_op:
        batch_op.alter_column("edition", existing_type=sa.Date(), nullable=False)


def _date_visits() -> None:
    op.add_column("visit", sa.Column("edition", sa.Date(), nullable=True))
    op.add_column("visit", sa.Column("taken_at", sa.DateTime(), nullable=True))
    visit = sa.table(
        "visit", sa.column("county"), sa.column("id"), sa.column("edition", sa.Date()), sa.column("day", sa.Date()),
        sa.column("taken_at", sa.DateTime()), sa.column("visited_at", sa.DateTime()),
        sa.column("recorded_at", sa.DateTime()),
    )  # fmt: skip
    op.execute(
        sa.text(
            "UPDATE visit SET taken_at = coalesce((SELECT max(j.received_at) FROM journal j"
            " WHERE j.county = visit.county AND j.event_id = visit.id AND j.state = 'applied'), recorded_at)"
        )
    )
    connection, last = op.get_bind(), ""
    date_one = (
        sa.update(visit)
        .where(visit.c.county == sa.bindparam("of"), visit.c.id == sa.bindparam("one"))
        .values(edition=sa.bindparam("made"))
    )
    while True:
        some = sa.select(visit.c.county, visit.c.id, visit.c.day, visit.c.visited_at, visit.c.recorded_at)
        found = connection.execute(some.where(visit.c.id > last).order_by(visit.c.id).limit(AT_ONCE)).all()
        if not found:
            break
        connection.execute(date_one, [{"of": v.county, "one": v.id, "made": _made(v)} for v in found])
        last = found[-1].id
    with op.batch_alter_table("visit") as batch_op:
        batch_op.alter_column("edition", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("taken_at", existing_type=sa.DateTime(), nullable=False)
        batch_op.drop_index("ix_visit_day")
        batch_op.create_index("ix_visit_edition", ["county", "campaign_id", "edition", "taken_at"], unique=False)


def _made(visit: Any) -> date:
    """By the instant that its day was told by: what was said of the visit, or when it was written down."""
    of_day = [_edition(at) for at in (visit.visited_at, visit.recorded_at) if _day(at) == visit.day]
    return of_day[0] if of_day else visit.day


def _edition(at: datetime) -> date:
    return _day(at + timedelta(hours=6))


def _day(at: datetime) -> date:
    return (at + timedelta(hours=8)).date()


def downgrade() -> None:
    """Back: the evenings are forgotten."""
    op.drop_column("device", "contacts")
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_index("ix_visit_edition")
        batch_op.create_index("ix_visit_day", ["county", "campaign_id", "day"], unique=False)
        batch_op.drop_column("taken_at")
        batch_op.drop_column("edition")
    with op.batch_alter_table("counter") as batch_op:
        batch_op.drop_column("edition")
    op.drop_table("rest_day")
    op.drop_table("target")
    op.drop_table("phase")
    op.drop_index("ix_counter_past_through", "counter_past")
    op.drop_table("counter_past")
