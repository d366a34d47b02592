"""Doors read under the locks of their grids: what was read stands until the commit.

Of use on PostgreSQL, where others write meanwhile; on SQLite a writer is alone from its first question on.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from doorknock import changes
from doorknock.db import db
from doorknock.places.models import Place, by_ids
from doorknock.regions.models import Grid, Region


def lock_village(village: Region) -> None:
    """Lock every grid of the village: nobody changes a door of it until the commit."""
    changes.lock(db.session.scalars(select(Grid.code).where(Grid.village_code == village.code)))


def lock_county(county: str) -> None:
    """Lock every grid of the county."""
    changes.lock(db.session.scalars(select(Grid.code).where(Grid.county == county)))


def locked(county: str, ids: Iterable[str]) -> dict[str, Place]:
    """These places as they stand under the locks of their grids, also if one moved before the locks were there."""
    wanted = set(ids)
    while True:
        found = by_ids(county, wanted)
        grids = {place.grid for place in found.values()}
        if grids <= changes.ledger().heads.keys():
            return found
        changes.lock(grids)
