"""The roster's filters: how a place stands, what is missing of it, whether somebody has still to go there."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns import models as campaigns
from doorknock.db import db
from doorknock.places.counters import Contribution
from doorknock.places.listing import STATUS_WORDS, Row
from doorknock.regions.models import Region
from doorknock.words import lazy

LEFT, NO_PHONE = "left", "no_phone"


def words(*, names: bool) -> dict[str, str]:
    """The filters by their words; who sees no phones is not told who has none."""
    more = {NO_PHONE: lazy("没有电话")} if names else {}
    return {LEFT: lazy("还要去"), **more, **STATUS_WORDS}


def kept(village: Region, rows: list[Row], wanted: str, *, names: bool) -> list[Row]:
    """The rows that the filter lets through; all where it names none."""
    if wanted not in words(names=names):
        return rows
    test = _test(village, wanted)
    return [row for row in rows if test(row)]


def _test(village: Region, wanted: str) -> Callable[[Row], bool]:
    if wanted == LEFT:
        closed = _closed(village)
        return lambda row: row.place.status == "active" and row.place.id not in closed
    if wanted == NO_PHONE:
        return lambda row: not row.place.phone and row.place.status not in ("merged", "wrong")
    return lambda row: row.place.status == wanted


def _closed(village: Region) -> set[str]:
    """The places that are done in the campaign running today."""
    running = campaigns.meant(campaigns.of_county(village.county), village.path, clock.today())
    mine = (Contribution.county == village.county) & (Contribution.campaign_id == (running.id if running else ""))
    return set(db.session.scalars(select(Contribution.place_id).where(mine, Contribution.closed > 0)))
