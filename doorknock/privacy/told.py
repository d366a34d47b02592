"""How activities and postings leave: whole families, with their lines, the office's facts about them, and photos.

They tell of no household, and stay long enough to be compared with the year before; a campaign that lasts longer, or is
not long over, keeps what counts in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import aliased

from doorknock.campaigns.models import Campaign
from doorknock.changes import Deed
from doorknock.db import db
from doorknock.privacy import limits, photos
from doorknock.sync import journal, redacting
from doorknock.sync.journal import JournalLine
from doorknock.tasks.models import MODELS, Posting

__all__ = ["MODELS", "due_of", "standing", "take_of"]


def standing() -> list[Select[Any]]:
    """Of a line of the journal: the rows that it made and that stand."""
    return [select(m.id).where(m.county == JournalLine.county, m.id == JournalLine.event_id) for m in MODELS.values()]


def due_of(model: type[Any]) -> Callable[[], ColumnElement[bool]]:
    """A condition on its rows: no member of the family is young, and none counts in a campaign that lasts."""

    def due() -> ColumnElement[bool]:
        kin = aliased(model)
        family = (kin.county == model.county) & (kin.root_id == model.root_id)
        lasting = select(Campaign.id).where(
            Campaign.county == kin.county,
            Campaign.ends >= limits.day_ago(limits.HOUSEHOLDS),
            Campaign.starts <= kin.day,
        )
        young = kin.day >= limits.day_ago(limits.TOLD)
        return ~select(kin.id).where(family, young | lasting.exists()).exists()

    return due


def take_of(model: type[Any]) -> Callable[[int], int]:
    """A batch of families leaves; how many rows did."""

    def take(most: int) -> int:
        found = select(model.county, model.root_id).where(due_of(model)()).distinct().limit(most)
        return sum(_leave(model, county, root) for county, root in db.session.execute(found).all())

    return take


def _leave(model: type[Any], county: str, root: str) -> int:
    mine = (model.county == county) & (model.root_id == root)
    rows = list(db.session.scalars(select(model).where(mine)))
    ids = [row.id for row in rows]
    shas = {sha for row in rows for sha in row.photos if model is Posting}
    db.session.execute(delete(model).where(mine))
    db.session.execute(delete(Deed).where(Deed.county == county, Deed.id.in_(ids)))
    for line in journal.by_event(county, ids):
        redacting.blank(line)
    db.session.flush()
    photos.unnamed(county, shas)
    return len(ids)
