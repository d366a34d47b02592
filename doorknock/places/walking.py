"""The order in which doors stand on the printed table and are typed from it: group by group, in roster order."""

from __future__ import annotations

from sqlalchemy import select

from doorknock.db import db
from doorknock.places.models import Place
from doorknock.regions.models import Region

NOT_WALKED = ("merged", "wrong")


def of_group(village: Region, group: str) -> list[Place]:
    """The doors of a group that somebody may knock at; ``group`` is a code, or none for those without one."""
    here = (Place.county == village.county) & (Place.village_code == village.code)
    mine = Place.group_code.is_(None) if group == "none" else Place.group_code == group
    query = select(Place).where(here, mine, Place.status.not_in(NOT_WALKED)).order_by(Place.row_order, Place.id)
    return list(db.session.scalars(query))
