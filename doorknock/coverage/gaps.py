"""还要去: the doors of D that nobody closed yet, in roster order, what happened last, and why they are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from doorknock import clock
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Phase
from doorknock.db import db
from doorknock.places.counters import Contribution
from doorknock.places.models import KINDS, Place
from doorknock.places.standing import Item
from doorknock.regions.models import Region, villages
from doorknock.visits.fold import PLAIN
from doorknock.visits.models import Visit, families
from doorknock.words import _, lazy

PAGE = 50
SLOTS = {
    "morning": lazy("上午"), "noon": lazy("中午"), "afternoon": lazy("下午"), "evening": lazy("傍晚"),
    "weekend": lazy("周末"),
}  # fmt: skip
WHYS = {"untried": lazy("没去过"), "timing": lazy("时间不巧"), "away": lazy("外出"), "check": lazy("待核")}
"""Why a door is still open; every open door has one of them.

待核: a report about the door itself (wrong, duplicate, back) waits for the village. 外出: a worker reported it away,
which waits too, so the door still counts. 时间不巧: nobody was at home, or it was no good time.
"""


@dataclass(frozen=True)
class Gap:
    """One open door. ``name``, ``phone`` and ``landmark`` are None for those who may not see them."""

    place_id: str
    group: str
    door: str
    kind: str
    visits: int
    why: str
    last: str
    next_try: str
    name: str | None = None
    phone: str | None = None
    landmark: str | None = None


@dataclass(frozen=True)
class Asked:
    """Which open doors: of a region in a campaign or a phase of it; perhaps of some grids only, or with one why."""

    region: Region
    campaign: Campaign
    phase: Phase | None = None
    grids: frozenset[str] | None = None
    why: str | None = None


def count(asked: Asked) -> int:
    """How many doors there are to go to."""
    return db.session.scalar(select(func.count()).select_from(_open(asked).subquery())) or 0


def by_why(asked: Asked) -> dict[str, int]:
    """Why → how many open doors."""
    why = _reason.label("why")
    query = _open(asked).with_only_columns(why, func.count(), maintain_column_froms=True).group_by(why)
    return {row[0]: row[1] for row in db.session.execute(query)}


def by_group_and_why(asked: Asked) -> dict[str, dict[str, int]]:
    """Group → why → how many open doors."""
    group, why = func.coalesce(Place.group_code, ""), _reason.label("why")
    query = _open(asked).with_only_columns(group, why, func.count(), maintain_column_froms=True).group_by(group, why)
    found: dict[str, dict[str, int]] = {}
    for code, reason, number in db.session.execute(query):
        found.setdefault(code, {})[reason] = number
    return found


def doors(asked: Asked, page: int, *, names: bool) -> list[Gap]:
    """One page of them, in roster order."""
    query = _open(asked).add_columns(_reason).order_by(Place.village_code, Place.row_order, Place.id)
    found = db.session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    places = [row[0] for row in found]
    groups = {p.group_code for p in places if p.group_code}
    known = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(groups)))}
    visits = _visits(asked, places)
    return [_gap(p, why, known.get(p.group_code or "", ""), visits.get(p.id, []), names=names) for p, why in found]


def _open(asked: Asked) -> Select[Any]:
    """Of the doors that count those without a closing visit."""
    query = counted_doors(asked).where(func.coalesce(Contribution.closed, 0) == 0)
    return query.where(_reason == asked.why) if asked.why else query


def counted_doors(asked: Asked) -> Select[Any]:
    """As the counters count: places of D, of villages in the campaign's region, with what each contributes."""
    campaign = asked.campaign
    counted = and_(
        Contribution.county == Place.county,
        Contribution.place_id == Place.id,
        Contribution.campaign_id == (asked.phase.id if asked.phase else campaign.id),
    )
    query = (
        select(Place).outerjoin(Contribution, counted)
        .where(Place.county == campaign.county, Place.status == "active", _within(asked))
    )  # fmt: skip
    return query if asked.grids is None else query.where(Place.grid.in_(sorted(asked.grids)))


def _waits(*kinds: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on Place: something about it waits for the village's decision."""
    return exists().where(
        Item.county == Place.county, Item.place_id == Place.id, Item.status == "open", *kinds
    ).correlate(Place)  # fmt: skip


_reason: ColumnElement[str] = case(
    (_waits(Item.kind != "away"), "check"), (_waits(), "away"),
    (func.coalesce(Contribution.attempted, 0) == 0, "untried"), else_="timing",
)  # fmt: skip


def _within(asked: Asked) -> ColumnElement[bool]:
    """A condition on Place: in a village here where the campaign is walked; villages by their codes find doors fast."""
    here = asked.region
    codes = [v.code for v in villages(here)] or [here.code[:12]]
    paths = select(Region.code, Region.path).where(Region.code.in_(codes))
    where = asked.campaign.region_code
    walked = sorted(code for code, path in db.session.execute(paths) if where in path.split("/"))
    inside = Place.village_code.in_(walked)
    return and_(inside, Place.group_code == here.code) if here.level == "group" else inside


def _visits(asked: Asked, places: list[Place]) -> dict[str, list[Visit]]:
    """Per surviving place its valid visits in the campaign or phase, the latest first."""
    campaign, phase = asked.campaign, asked.phase
    ids = [p.id for p in places]
    merged = select(Place.id, Place.survivor_id).where(Place.county == campaign.county, Place.survivor_id.in_(ids))
    survivor = {row.id: row.survivor_id for row in db.session.execute(merged)}
    found: dict[str, list[Visit]] = {}
    for visit in families(campaign.county, survivor):
        valid = visit.superseded_by is None and not visit.void and visit.campaign_id == campaign.id
        if phase and not phase.starts <= visit.day <= phase.ends:
            continue
        if valid and visit.place_id in survivor:
            found.setdefault(survivor[visit.place_id], []).append(visit)
    for visits in found.values():
        visits.sort(key=lambda v: (v.visited_at, v.id), reverse=True)
    return found


def _gap(place: Place, why: str, group: str, visits: list[Visit], *, names: bool) -> Gap:
    last = visits[0] if visits else None
    told = _("还没去过")
    if last:
        told = f"{clock.said_day(clock.day_of(last.visited_at))} {PLAIN.get(last.outcome or '', '')}"
    shown = {"name": place.contact_name or "", "phone": place.phone or "", "landmark": place.landmark or ""}
    door = (place.address.get("door") or place.local_no or "").removeprefix(group)
    return Gap(
        place_id=place.id, group=group, door=door, kind=KINDS.get(place.kind, place.kind), visits=len(visits),
        why=str(WHYS[why]), last=told, next_try=_next(last), **(shown if names else {}),
    )  # fmt: skip


def _next(last: Visit | None) -> str:
    planned = (last.facts.get("next_try") if last else None) or {}
    day = planned.get("date") or ""
    words = [_("%(month)s月%(day)s日", month=int(day[5:7]), day=int(day[8:10]))] if len(day) == 10 else []
    return " ".join([*words, str(SLOTS.get(planned.get("slot") or "", ""))]).strip()
