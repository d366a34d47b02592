"""The order in which doors are walked: group by group and lane by lane, as they stand on the roster."""

from __future__ import annotations

from sqlalchemy import select

from doorknock.db import db
from doorknock.people.models import Assignment, Person
from doorknock.places.models import ERASED, Place
from doorknock.regions.models import Region, grids_of

NOT_WALKED = ("merged", "wrong", ERASED)


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
