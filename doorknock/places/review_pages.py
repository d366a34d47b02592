"""Review 审核 in the office, made for a phone too: one item at a time, what accepting would change, four equal keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import audit
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.places import listing, review, reviewing, standing
from doorknock.places.choosing import choose, go, village_of
from doorknock.places.models import Place
from doorknock.places.standing import Item
from doorknock.regions.models import Region
from doorknock.words import _

door = Blueprint("review", __name__, url_prefix="/office/review")
LATER = ("ask", "later")
"""问一下 and 先放着: both only show the next item, and leave an audit line."""


@door.get("")
@needs("review")
def home() -> Response | str:
    """Whose review? A village's own, or the villages with what waits in each."""
    return choose(_("审核"), "/office/review", _("审核"))


@door.get("/<village>")
@needs("review", village_of)
def page(village: str) -> str:
    """The item named by ``item`` or the oldest open one; then all that waits, and what can still be undone."""
    here = village_of(village)
    wanted = request.args.get("item", "")
    into = request.args.get("into", "")[:40]
    shown = next((i.id for i in standing.open_items(village) if i.id == wanted), None)
    shown = shown or next((i.id for i in standing.open_items(village)), None)
    about = _about(shown, here, into) if shown else {}
    names = may(g.person, "doors.names", here)
    called = listing.group_names(village)
    items = [(item, _place(item)) for item in standing.open_items(village)]
    position = next((n for n, (item, _) in enumerate(items, 1) if item.id == shown), 0)
    return render_template(
        "places/review.html", here=here, names=names, items=items, position=position, called=called,
        label=listing.label, words=reviewing.TOLD, decided=reviewing.decided(here), **about,
    )  # fmt: skip


def _about(shown: str, here: Region, into: str) -> dict[str, Any]:
    """Everything that the page says of one item. The rehearsal comes first: it ends the transaction."""
    county, code = here.county, here.code
    item = standing.item(shown, county)
    keep = _meant(item, here, into)
    effect = reviewing.effect(shown, code, keep.id if keep else None) if keep or not _asks(item) else None
    item = standing.item(shown, county)
    if item is None:
        raise Problem("not_found")
    told = reviewing.reports(item)
    place = _place(item)
    group = listing.group_names(code).get(place.group_code or "", "")
    into_place = _meant(item, here, into)
    return {
        "item": item, "place": place, "group": group, "number": listing.door_of(place, group), "told": told,
        "away": reviewing.away_words(told[0]) if told else "", "own": any(r.worker_id == g.person.id for r in told),
        "effect": effect, "refused": effect if isinstance(effect, str) else "", "into": into,
        "into_place": into_place, "asks": _asks(item),
    }  # fmt: skip


def _asks(item: Item | None) -> bool:
    return item is not None and item.kind == "duplicate"


def _meant(item: Item | None, here: Region, into: str) -> Place | None:
    """Of a duplicate, the place that stays: the one that staff named, else the one that the worker named."""
    if item is None or item.kind != "duplicate":
        return None
    if into:
        return listing.find(here, into)
    return db.session.get(Place, (item.county, item.duplicate_of)) if item.duplicate_of else None


def _place(item: Item) -> Place:
    return db.session.get_one(Place, (item.county, item.place_id))


def _item(village: str, ident: str) -> Item:
    found = standing.item(ident, village_of(village).county)
    if found is None or found.village_code != village:
        raise Problem("not_found", _("没有这一条待审。"))
    return found


@door.post("/<village>/<ident>/<word>")
@needs("review", village_of)
def decide(village: str, ident: str, word: str) -> Response:
    """同意， 不是， 问一下， 先放着， 撤回; then the next item."""
    found = _item(village, ident)
    after = _next(village, ident)
    if word in LATER:
        audit.record(f"review.{word}", village, by=g.person.id, subject=found.id, kind=found.kind)
    elif word == "undo":
        reviewing.undo(found, village_of(village), by=g.person.id)
        after = ident
    elif word in review.VERDICTS:
        review.decide(found, word, by=g.person.id, into=_into(found, village) if word == "accept" else None)
    else:
        raise Problem("not_found")
    return go(f"/office/review/{village}" + (f"?item={after}" if after else ""))


def _into(found: Item, village: str) -> str | None:
    if not _asks(found):
        return None
    keep = _meant(found, village_of(village), request.form.get("into", "")[:40])
    if keep is None:
        raise Refused(_("没有找到要留下的那一户。请填它的编号，或者组和门牌，例如“二组7号”。"))
    return keep.id


def _next(village: str, ident: str) -> str:
    """The open item after this one, from the top again at the end; "" where there is no other."""
    ids = [i.id for i in standing.open_items(village)]
    at = ids.index(ident) + 1 if ident in ids else 0
    return next((other for other in ids[at:] + ids[:at] if other != ident), "")
