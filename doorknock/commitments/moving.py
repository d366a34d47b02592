"""What goes along when a door is merged into another: its visits, commitments and promised times, counted and said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.commitments.models import Commitment
from doorknock.db import db
from doorknock.places.models import Place
from doorknock.places.models import families as kin_of
from doorknock.visits.models import Visit
from doorknock.words import lazy

SLOTS = {
    "morning": lazy("上午"), "noon": lazy("中午"), "afternoon": lazy("下午"), "evening": lazy("傍晚"),
    "weekend": lazy("周末"),
}  # fmt: skip


@dataclass(frozen=True)
class Moving:
    """How many visits and commitments stand, and the time promised last, in words ("" where there is none)."""

    visits: int
    commitments: int
    promised: str


def of(place: Place) -> Moving:
    """What stands at a door and at those that were merged into it."""
    kin = [p.id for p in kin_of(place.county, [place.id])[place.survivor_id]]
    here = (Visit.county == place.county) & Visit.place_id.in_(sorted(kin))
    valid = select(Visit).where(here, Visit.superseded_by.is_(None), Visit.void.is_(False))
    visits = sorted(db.session.scalars(valid), key=lambda v: (v.visited_at, v.id))
    mine = (Commitment.county == place.county) & Commitment.id.in_([v.id for v in visits])
    query = select(Commitment.id).where(mine, Commitment.withdrawn_at.is_(None))
    commitments = len(list(db.session.scalars(query)))
    return Moving(len(visits), commitments, _promised(visits[-1].facts.get("next_try")) if visits else "")


def _promised(planned: Any) -> str:
    told = planned or {}
    day = clock.said_day(date.fromisoformat(told["date"])) if told.get("date") else ""
    return " ".join(part for part in (day, str(SLOTS.get(told.get("slot") or "", ""))) if part)
