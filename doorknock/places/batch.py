"""One group's items of one kind, decided in one go: each is its own decision and can be undone alone, or all together.

Duplicates are decided one by one (each asks which door stays), and so is what the reviewer reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from doorknock import changes
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.places import aside, erased, listing, review
from doorknock.places.models import Place, by_ids
from doorknock.places.standing import Decision, Item, Report
from doorknock.words import _

KINDS = ("new", "away", "wrong", "back")
MOST = 100
"""Lines on one page: more would be agreed to unread."""


def waiting(village_code: str, kind: str, group: str) -> list[tuple[Item, Place]]:
    """The open items of this kind in this group ("" = doors without one) that are not put aside, in roster order."""
    items = [item for item, laid in aside.queue(village_code) if laid is None and item.kind == kind]
    places = by_ids(changes.county_of(village_code), [item.place_id for item in items])
    found = [(item, places[item.place_id]) for item in items]
    mine = [(item, place) for item, place in found if (place.group_code or "") == group]
    names = listing.group_names(village_code)
    return sorted(mine, key=lambda each: (each[1].row_order, _counted(listing.label(each[1], names)), each[1].id))


def _counted(label: str) -> list[tuple[int, str]]:
    """A door for sorting: 二组9号 comes before 二组10号."""
    return [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", label)]


def bundles(queue: Iterable[tuple[Item, Place]]) -> list[tuple[str, str, int]]:
    """(kind, group, how many) wherever two or more items could be decided in one go."""
    counts: dict[tuple[str, str], int] = {}
    for item, place in queue:
        if item.kind in KINDS:
            key = (item.kind, place.group_code or "")
            counts[key] = counts.get(key, 0) + 1
    return [(kind, group, count) for (kind, group), count in sorted(counts.items()) if count > 1]


def own(county: str, kind: str, place_ids: Iterable[str], person: str) -> set[str]:
    """Those of the places of which this person reported this."""
    mine = (Report.county == county) & (Report.kind == kind) & (Report.worker_id == person)
    ids = sorted(place_ids)
    query = select(Report.place_id).where(mine, Report.holds.is_(True), Report.place_id.in_(ids))
    return set(db.session.scalars(query))


def decide(items: list[Item], verdict: str, *, by: str) -> int:
    """Decide them all, or none; how many were still to be decided. Refused with every line that can't be, and why."""
    if not items:
        raise Refused(_("一条也没有勾。请先勾要定的。"))
    county, kind = items[0].county, items[0].kind
    places = by_ids(county, [item.place_id for item in items])
    changes.lock({place.grid for place in places.values()})
    places = by_ids(county, places)
    erased.refuse(*places.values())
    for item in items:
        db.session.refresh(item)
    mine = own(county, kind, places, by)
    names = listing.group_names(items[0].village_code)
    refused = [
        _("%(door)s：%(why)s", door=listing.label(places[item.place_id], names), why=why)
        for item in items
        if (why := _why_not(item, kind, verdict, item.place_id in mine))
    ]
    if refused:
        raise Refused(*refused, _("一条都没有定。去掉这几条，再定一次。"))
    todo = [places[item.place_id] for item in items if review.waits(item, verdict)]
    batch = new_id()
    for place in todo:
        review.put(place, kind, verdict, by=by, batch=batch)
    if todo:
        review.after(todo)
    return len(todo)


def _why_not(item: Item, kind: str, verdict: str, mine: bool) -> str:
    if item.kind != kind or kind not in KINDS:
        return _("不能和别的一起定。")
    if mine:
        return _("是您自己报的，请单独定。")
    try:
        review.waits(item, verdict)
    except Refused as why:
        return "".join(why.reasons)
    return ""


def standing(county: str, batch: str) -> list[Decision]:
    """The decisions made in that one go that still stand, in their order."""
    mine = (Decision.county == county) & (Decision.batch == batch) & Decision.undone_at.is_(None)
    return list(db.session.scalars(select(Decision).where(mine).order_by(Decision.seq, Decision.id)))
