"""还要去: the doors of D that nobody closed yet, in roster order, with what happened last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from doorknock import clock
from doorknock.campaigns.models import Campaign
from doorknock.db import db
from doorknock.places.counters import Contribution
from doorknock.places.models import KINDS, Place
from doorknock.regions.models import Region
from doorknock.visits.fold import PLAIN
from doorknock.visits.models import Visit, families
from doorknock.words import _, lazy

PAGE = 50
SLOTS = {
    "morning": lazy("上午"), "noon": lazy("中午"), "afternoon": lazy("下午"), "evening": lazy("傍晚"),
    "weekend": lazy("周末"),
}  # fmt: skip
STATES = {"untried": lazy("还没去过"), "tried": lazy("去过没走完")}


@dataclass(frozen=True)
class Gap:
    """One open door. ``name``, ``phone`` and ``landmark`` are None for those who may not see them."""

    place_id: str
    group: str
    door: str
    kind: str
    visits: int
    last: str
    next_try: str
    name: str | None = None
    phone: str | None = None
    landmark: str | None = None


@dataclass(frozen=True)
class Asked:
    """Which open doors: of a region in a campaign, perhaps of one grid, perhaps only tried or untried ones."""

    region: Region
    campaign: Campaign
    grid: str | None = None
    state: str | None = None


def count(asked: Asked) -> int:
    """How many doors there are to go to."""
    return db.session.scalar(select(func.count()).select_from(_open(asked).subquery())) or 0


def doors(asked: Asked, page: int, *, names: bool) -> list[Gap]:
    """One page of them, in roster order."""
    query = _open(asked).order_by(Place.village_code, Place.row_order, Place.id)
    places = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    groups = {p.group_code for p in places if p.group_code}
    known = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(groups)))}
    visits = _visits(asked.campaign, places)
    return [_gap(p, known.get(p.group_code or "", ""), visits.get(p.id, []), names=names) for p in places]


def _open(asked: Asked) -> Select[Place]:
    """As the counters count: places of D, of villages in the campaign's region, without a closing visit."""
    campaign = asked.campaign
    counted = and_(
        Contribution.county == Place.county,
        Contribution.place_id == Place.id,
        Contribution.campaign_id == campaign.id,
    )
    query = (
        select(Place).join(Region, Region.code == Place.village_code).outerjoin(Contribution, counted)
        .where(Place.county == campaign.county, Place.status == "active", _within(asked))
        .where(func.coalesce(Contribution.closed, 0) == 0)
    )  # fmt: skip
    if asked.grid:
        query = query.where(Place.grid == asked.grid)
    if asked.state:
        tried = func.coalesce(Contribution.attempted, 0)
        query = query.where(tried > 0 if asked.state == "tried" else tried == 0)
    return query


def _within(asked: Asked) -> Any:
    top = db.session.get(Region, asked.campaign.region_code)
    inside = _at_or_below(top) if top else Region.code.is_(None)
    if asked.region.level == "group":
        return and_(inside, Place.group_code == asked.region.code)
    return and_(inside, _at_or_below(asked.region))


def _at_or_below(top: Region) -> Any:
    return or_(Region.code == top.code, Region.path.startswith(top.path + "/", autoescape=True))


def _visits(campaign: Campaign, places: list[Place]) -> dict[str, list[Visit]]:
    """Per surviving place its valid visits in the campaign, the latest first."""
    ids = [p.id for p in places]
    merged = select(Place.id, Place.survivor_id).where(Place.county == campaign.county, Place.survivor_id.in_(ids))
    survivor = {row.id: row.survivor_id for row in db.session.execute(merged)}
    found: dict[str, list[Visit]] = {}
    for visit in families(campaign.county, survivor):
        valid = visit.superseded_by is None and not visit.void and visit.campaign_id == campaign.id
        if valid and visit.place_id in survivor:
            found.setdefault(survivor[visit.place_id], []).append(visit)
    for visits in found.values():
        visits.sort(key=lambda v: (v.visited_at, v.id), reverse=True)
    return found


def _gap(place: Place, group: str, visits: list[Visit], *, names: bool) -> Gap:
    last = visits[0] if visits else None
    told = _("还没去过")
    if last:
        told = f"{clock.said_day(clock.day_of(last.visited_at))} {PLAIN.get(last.outcome or '', '')}"
    shown = {"name": place.contact_name or "", "phone": place.phone or "", "landmark": place.landmark or ""}
    door = (place.address.get("door") or place.local_no or "").removeprefix(group)
    return Gap(
        place_id=place.id, group=group, door=door, kind=KINDS.get(place.kind, place.kind), visits=len(visits),
        last=told, next_try=_next(last), **(shown if names else {}),
    )  # fmt: skip


def _next(last: Visit | None) -> str:
    planned = (last.facts.get("next_try") if last else None) or {}
    day = planned.get("date") or ""
    words = [_("%(month)s月%(day)s日", month=int(day[5:7]), day=int(day[8:10]))] if len(day) == 10 else []
    return " ".join([*words, str(SLOTS.get(planned.get("slot") or "", ""))]).strip()
