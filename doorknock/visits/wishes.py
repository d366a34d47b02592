"""住户说不用再来, told to the office: set by staff, and lifted only because the household itself said so.

Both are instants on the place; the later one stands (``recount`` folds them with what visits say), so nothing depends
on the order of arrival: a visit from before the lift that arrives after it does not close the door again.
"""

from __future__ import annotations

from doorknock import audit, changes
from doorknock.changes import Deed
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import erased, tally
from doorknock.places.models import Place, by_ids
from doorknock.words import _

CLOSE, REOPEN = "door_close", "door_reopen"
KINDS = (CLOSE, REOPEN)


def close(place: Place, *, by: str) -> None:
    """The household says that nobody need come again. Refused where that stands already, or it was erased."""
    _act(CLOSE, place, by, _("这一户已经记着不用再来了。"), wanted=False)


def reopen(place: Place, *, by: str) -> None:
    """The household itself lifts it. Refused where the door is open, or it was erased."""
    _act(REOPEN, place, by, _("这一户没有说过不用再来。"), wanted=True)


def replay(deed: Deed) -> None:
    """Write a recorded wish down again (rebuild); a recount draws the consequences."""
    place = db.session.get_one(Place, (deed.county, deed.body["place_id"]))
    if deed.kind == CLOSE:
        place.closed_at = deed.at
    else:
        place.reopened_at = deed.at
    changes.touch(place.grid, "place", place.id)


def _act(kind: str, place: Place, by: str, refusal: str, *, wanted: bool) -> None:
    found = by_ids(place.county, [place.id, place.survivor_id])
    changes.lock({p.grid for p in found.values()})
    survivor = by_ids(place.county, [place.survivor_id])[place.survivor_id]
    erased.refuse(survivor)
    if survivor.do_not_return != wanted:
        raise Refused(refusal)
    deed = changes.record(kind, {survivor.grid}, by, {"place_id": survivor.id})
    replay(deed)
    audit.record(kind, survivor.village_code, by=by, subject=survivor.id)
    tally.recount(survivor.county, [survivor.id])
