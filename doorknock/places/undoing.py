"""Taking decisions back: each, both halves of a merge, or all that was decided in one go."""

from __future__ import annotations

from sqlalchemy import select

from doorknock import audit, changes
from doorknock.db import db
from doorknock.places import review
from doorknock.places.locks import locked
from doorknock.places.standing import Decision, Item, item_id


def undo(found: Item, *, by: str | None) -> bool:
    """Take back the standing decision of an item, with its other half if it has one; whether there was one."""
    review.locked_place(found, None)
    decision = decision_of(found)
    if decision is None:
        return False
    take_back(halves(decision), by=by)
    return True


def decision_of(found: Item) -> Decision | None:
    """The decision of an item that stands, or None."""
    mine = (Decision.county == found.county) & (Decision.place_id == found.place_id) & (Decision.kind == found.kind)
    query = select(Decision).where(mine, Decision.undone_at.is_(None)).order_by(Decision.seq.desc())
    return db.session.scalars(query).first()


def halves(decision: Decision) -> list[Decision]:
    """The decision; where it was made in a pair (``merging``), both."""
    if decision.batch is None:
        return [decision]
    mine = (Decision.county == decision.county) & (Decision.batch == decision.batch)
    query = select(Decision).where(mine, Decision.undone_at.is_(None)).order_by(Decision.seq)
    both = list(db.session.scalars(query))
    return both if any(each.kind == "duplicate" for each in both) else [decision]


def take_back(decisions: list[Decision], *, by: str | None) -> None:
    """Take these decisions back together, those that stand once their doors are locked."""
    county, ids = decisions[0].county, {d.id for d in decisions}
    places = locked(county, {d.place_id for d in decisions} | {d.into for d in decisions if d.into})
    standing = select(Decision).where(Decision.county == county, Decision.id.in_(ids), Decision.undone_at.is_(None))
    fresh = standing.order_by(Decision.seq, Decision.id).execution_options(populate_existing=True)
    for decision in list(db.session.scalars(fresh)):
        place, target = places[decision.place_id], places.get(decision.into or "")
        deed = changes.record("undo", review.grids(place, target), by, {"decision": decision.id})
        decision.undone_at, decision.undone_by = deed.at, by
        ident = item_id(place.id, decision.kind)
        audit.record("review.undo", place.village_code, by=by, subject=ident, kind=decision.kind)
    review.after(list(places.values()))
