"""先放着: an open item goes to the end of the queue, with who put it there and when, until it is taken back or decided.

It stays open: only the office's own order of work changes. Both are deeds, so a rebuild lays the same aside.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes
from doorknock.db import BY_COUNTY, Base, County, Id, db
from doorknock.errors import Refused
from doorknock.places import erased
from doorknock.places.models import Place, by_ids
from doorknock.places.standing import Item, open_items
from doorknock.words import _

KINDS = ("aside", "resume")


class Aside(Base):
    """This item was put aside."""

    __tablename__ = "review_aside"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_review_aside_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    item_id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    by: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime]


def put(found: Item, *, by: str) -> bool:
    """Put an open item aside; whether it was not there yet. Refused where nothing waits for a decision."""
    _lock(found)
    if found.status != "open":
        raise Refused(_("这一条已经不用定了。"))
    if _of(found) is not None:
        return False
    _lay("aside", found, by)
    return True


def take_back(found: Item, *, by: str) -> bool:
    """The item has its old place in the queue again; whether it was aside."""
    _lock(found)
    if _of(found) is None:
        return False
    _lay("resume", found, by)
    return True


def replay(deed: changes.Deed) -> None:
    """Write a recorded deed down again (rebuild)."""
    forget(deed.county, deed.body["item_id"])
    if deed.kind == "aside":
        db.session.add(
            Aside(
                county=deed.county, item_id=deed.body["item_id"], place_id=deed.body["place_id"], by=deed.by, at=deed.at
            )
        )  # fmt: skip
        db.session.flush()


def forget(county: str, item_id: str) -> None:
    """The item was decided: nothing is aside any more."""
    db.session.execute(delete(Aside).where(Aside.county == county, Aside.item_id == item_id))


def queue(village_code: str) -> list[tuple[Item, Aside | None]]:
    """What waits for a decision in a village: oldest first, and at the end what was put aside, in that order."""
    items = open_items(village_code)
    mine = select(Aside).join(Item, (Item.county == Aside.county) & (Item.id == Aside.item_id))
    here = (Item.county == changes.county_of(village_code)) & (Item.village_code == village_code)
    laid = {row.item_id: row for row in db.session.scalars(mine.where(here, Item.status == "open"))}
    both = [(item, _standing(item, laid.get(item.id))) for item in items]
    first = [(item, None) for item, away in both if away is None]
    last = sorted(((item, away) for item, away in both if away), key=lambda each: (each[1].at, each[0].id))
    return [*first, *last]


def _standing(item: Item, laid: Aside | None) -> Aside | None:
    """What was put aside before it closed, and was reported afresh, is news."""
    return laid if laid is not None and laid.at >= item.opened_at else None


def _of(found: Item) -> Aside | None:
    return _standing(found, db.session.get(Aside, (found.county, found.id), populate_existing=True))


def _lock(found: Item) -> Place:
    place = by_ids(found.county, [found.place_id])[found.place_id]
    changes.lock([place.grid])
    erased.refuse(*by_ids(found.county, [place.id]).values())
    db.session.refresh(found)
    return place


def _lay(kind: str, found: Item, by: str) -> None:
    place = by_ids(found.county, [found.place_id])[found.place_id]
    deed = changes.record(kind, [place.grid], by, {"item_id": found.id, "place_id": found.place_id})
    replay(deed)
    verb = "later" if kind == "aside" else "resume"
    audit.record(f"review.{verb}", found.village_code, by=by, subject=found.id, kind=found.kind)
