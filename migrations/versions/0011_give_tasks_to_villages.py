"""Activities, postings and the tasks of villages; what phones told of before gets the rows that a rebuild gives it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AHEAD, SHANGHAI = timedelta(minutes=10), timedelta(hours=8)
JOURNAL = sa.table(
    "journal",
    *(sa.column(name) for name in ("county", "event_id", "device_id", "worker_id", "kind", "state", "grid", "seq")),
    *(sa.column(name, sa.DateTime()) for name in ("at", "recorded_at", "received_at")),
    sa.column("line", sa.LargeBinary()),
)
GRID = sa.table("grid", sa.column("county"), sa.column("code"), sa.column("village_code"))
REGION = sa.table("region", sa.column("code"), sa.column("parent_code"))
COMMON = (
    "county", "id", "root_id", "village_code", "grid", "kind", "worker_id", "device_id", "source", "void", "at",
    "made_at", "day", "taken_at", "photos", "seq",
)  # fmt: skip
TYPES = {"at": sa.DateTime(), "made_at": sa.DateTime(), "taken_at": sa.DateTime(), "day": sa.Date(), "photos": JSON}


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

    _fill()


def _fill() -> None:
    """Rows for what took effect in the journal alone."""
    bind = op.get_bind()
    villages = {row.code: row.village_code for row in bind.execute(sa.select(GRID))}
    parents = {row.code: row.parent_code for row in bind.execute(sa.select(REGION))}
    told = JOURNAL.c.kind.in_(["activity", "posting"]) & (JOURNAL.c.state == "applied")
    for line in bind.execute(sa.select(JOURNAL).where(told)).all():
        body = json.loads(line.line)["body"]
        if line.grid not in villages:
            continue
        row = _row(line, body, villages[line.grid])
        if line.kind == "activity":
            row |= {"name": body.get("name"), "people": int(body.get("people") or 0)}
            row |= {"handouts": int(body.get("handouts") or 0)}
        else:
            fits = parents.get(body.get("group")) == villages[line.grid]
            row |= {"spot": body.get("spot"), "count": int(body.get("count") or 0)}
            row |= {"group_code": body["group"] if fits else None}
        bind.execute(sa.insert(sa.table(line.kind, *(sa.column(name, TYPES.get(name)) for name in row))).values(row))


def _row(line: Any, body: dict[str, Any], village: str) -> dict[str, Any]:
    made_at = _made_at(line)
    values = (
        line.county, line.event_id, line.event_id, village, line.grid, body["kind"], line.worker_id, line.device_id,
        "phone", False, line.at, made_at, (made_at + SHANGHAI).date(), line.received_at, body.get("photos") or [],
        line.seq,
    )  # fmt: skip
    return dict(zip(COMMON, values, strict=True))


def _made_at(line: Any) -> datetime:
    made_at: datetime = line.recorded_at
    return line.received_at if made_at > line.received_at + AHEAD else min(made_at, line.received_at)


def downgrade() -> None:
    """Back."""
    for name in ("unit_task", "posting", "activity"):
        op.drop_table(name)
