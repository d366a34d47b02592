"""The walking table: doors in the order in which they are walked, printed for a pen, and typed from again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text

from doorknock.db import db
from doorknock.people.models import Assignment, Person
from doorknock.places import listing
from doorknock.places.models import Place
from doorknock.regions.models import Region, grids_of
from doorknock.words import _, lazy

NOT_WALKED = ("merged", "wrong")
TICKS = (
    ("1", lazy("讲了")), ("2", lazy("没人")), ("3", lazy("改天")), ("4", lazy("不想听")), ("5", lazy("电话讲了")),
    ("6", lazy("留资料")), ("9", lazy("长期不在")),
)  # fmt: skip
"""The outcomes with a box of their own, under the keys by which 代录 types them."""
LAST = {
    "met_covered": lazy("讲了"), "met_declined": lazy("不想听"), "met_later": lazy("改天"),
    "remote_covered": lazy("电话讲了"), "nobody_home": lazy("没人"), "left_material": lazy("没人·留了资料"),
    "minor_only": lazy("只有孩子"), "unsafe_stop": lazy("不方便进门"), "away_reported": lazy("长期不在家"),
    "wrong_entry": lazy("名单写错了"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One door of the table; ``last`` is what came of the last visit."""

    place: Place
    number: str
    last: str


@dataclass(frozen=True)
class Part:
    """The doors of one group: a table that begins on a page of its own."""

    group: str
    rows: list[Line]


def of_group(village: Region, group: str, lane: str = "") -> list[Place]:
    """The doors of a group that somebody may knock at; ``group`` is a code, or none for those without one."""
    here = (Place.county == village.county) & (Place.village_code == village.code)
    mine = Place.group_code.is_(None) if group == "none" else Place.group_code == group
    query = select(Place).where(here, mine, Place.status.not_in(NOT_WALKED)).order_by(Place.row_order, Place.id)
    return list(db.session.scalars(query.where(Place.lane == lane) if lane else query))


def lanes(village: Region) -> list[str]:
    """The lanes of a village, as its roster names them."""
    here = (Place.county == village.county) & (Place.village_code == village.code) & Place.lane.is_not(None)
    return sorted(lane for lane in db.session.scalars(select(Place.lane).where(here).distinct()) if lane)


def workers(village: Region) -> list[Person]:
    """Who holds a grid of this village, by name."""
    grids = [g.code for g in grids_of([village.code])]
    holding = select(Assignment.person_id).where(Assignment.county == village.county, Assignment.grid.in_(grids))
    return list(db.session.scalars(select(Person).where(Person.id.in_(holding), Person.active).order_by(Person.name)))


def tables(village: Region, codes: list[str], lane: str = "") -> list[Part]:
    """Per group its doors in roster order."""
    called = listing.group_names(village.code)
    last = _last(village)
    found = []
    for code in [c for c in (*called, "none") if c in codes]:
        group = called.get(code, "")
        rows = [
            Line(place, listing.door_of(place, group), _word(place, last)) for place in of_group(village, code, lane)
        ]
        if rows:
            found.append(Part(group or _("没有组"), rows))
    return found


def _word(place: Place, last: dict[str, str]) -> str:
    if place.do_not_return:
        return _("不用再来")
    if place.status != "active":
        return listing.in_words(place)
    return str(LAST.get(last.get(place.id, ""), ""))


def _last(village: Region) -> dict[str, str]:
    """Place → the outcome of its latest visit that stands. Visits are a room above: they are named by their table."""
    query = text(
        "SELECT v.place_id, v.outcome FROM visit v JOIN place p ON p.county = v.county AND p.id = v.place_id"
        " WHERE p.county = :county AND p.village_code = :village AND v.superseded_by IS NULL AND v.void IS FALSE"
        " ORDER BY v.at, v.id"
    )
    found = db.session.execute(query, {"county": village.county, "village": village.code})
    return {row.place_id: row.outcome for row in found}
