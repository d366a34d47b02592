"""The records behind the figures: activities and postings together, the latest first, with what was voided and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import literal, select, union_all

from doorknock.db import db
from doorknock.regions.models import Region, below
from doorknock.tasks.models import MODELS, TALK, Told

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which records are asked for: "activity", "posting" or both; of one kind; from which day to which."""

    top: Region
    what: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None

    def kept(self) -> dict[str, str]:
        """As the address keeps it."""
        told = {"what": self.what, "kind": self.kind, "first": self.first, "last": self.last}
        return {name: str(value) for name, value in told.items() if value}


@dataclass(frozen=True)
class Row:
    """One record that stands, or the last one before it was voided."""

    told: Told
    reason: str = ""
    voided_by: str | None = None

    @property
    def what(self) -> str:
        """activity or posting."""
        return self.told.__tablename__

    @property
    def is_void(self) -> bool:
        """Whether it counts no more."""
        return self.told.superseded_by is not None


def rows(asked: Asked, page: int) -> list[Row]:
    """A page of records and one more, where there is one; what a later one of its family corrected is not shown."""
    parts = [_question(name, model, asked) for name, model in MODELS.items() if asked.what in ("", name)]
    both = union_all(*parts).subquery()
    order = select(both.c.what, both.c.id).order_by(both.c.day.desc(), both.c.at.desc(), both.c.id)
    found = db.session.execute(order.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    told: dict[str, Told] = {}
    for name, model in MODELS.items():
        ids = [row.id for row in found if row.what == name]
        mine = (model.county == asked.top.county) & model.id.in_(ids)
        told |= {row.id: row for row in db.session.scalars(select(model).where(mine))}
    voids = _voids(asked.top.county, told)
    return [_row(told[row.id], voids.get(told[row.id].superseded_by or "")) for row in found]


def _question(name: str, model: Any, asked: Asked) -> Any:
    """What stands, and what stood until it was voided."""
    after = model.__table__.alias("after")
    voided = select(after.c.id).where(after.c.county == model.county, after.c.id == model.superseded_by, after.c.void)
    newest = _is_newest(model)
    shown = (model.void.is_(False)) & (model.superseded_by.is_(None) | (voided.exists() & newest))
    here = (model.county == asked.top.county) & model.village_code.in_(select(Region.code).where(below(asked.top)))
    query = select(literal(name).label("what"), model.id, model.day, model.at).where(here, shown)
    if asked.kind:
        query = query.where(model.kind != TALK if asked.kind == "not_talk" else model.kind == asked.kind)
    if asked.first:
        query = query.where(model.day >= asked.first)
    return query.where(model.day <= asked.last) if asked.last else query


def _is_newest(model: Any) -> Any:
    """No other record of its family that says something is later."""
    other = model.__table__.alias("other")
    same = (other.c.county == model.county) & (other.c.root_id == model.root_id) & other.c.void.is_(False)
    later = (other.c.at > model.at) | ((other.c.at == model.at) & (other.c.id > model.id))
    return ~select(other.c.id).where(same, later).exists()


def _voids(county: str, told: dict[str, Told]) -> dict[str, Told]:
    ids = [row.superseded_by for row in told.values() if row.superseded_by]
    found: dict[str, Told] = {}
    for model in MODELS.values() if ids else ():
        mine = (model.county == county) & model.id.in_(ids)
        found |= {row.id: row for row in db.session.scalars(select(model).where(mine))}
    return found


def _row(told: Told, void: Told | None) -> Row:
    return Row(told, void.reason or "", void.typed_by or void.worker_id) if void else Row(told)
