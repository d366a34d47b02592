"""Review 审核 in the office, made for a phone too: one item at a time, what accepting would change, four equal keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people.models import Person
from doorknock.places import aside, batch, decided, listing, merging, review, reviewing, standing, twins
from doorknock.places.aside import Aside
from doorknock.places.choosing import choose, go, village_of
from doorknock.places.merging import Merge
from doorknock.places.models import Place, by_ids
from doorknock.places.reviewing import Effect
from doorknock.places.standing import Item
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("review", __name__, url_prefix="/office/review")
LATER = ("later", "resume")
"""先放着 and 拿回来: nothing is decided, only the order of work changes."""
MATCHES = 8
PAGE = 30
"""Lines of the queue beside the item."""


@door.get("")
@needs("review")
def home() -> Response | str:
    """Whose review? A village's own, or the villages with what waits in each."""
    return choose(_("审核"), "/office/review", _("审核"))


@door.get("/<village>")
@needs("review", village_of)
def page(village: str) -> str:
    """The item named by ``item`` or the first in the queue; then all that waits, and what can still be undone."""
    here = village_of(village)
    wanted = request.args.get("item", "")
    ids = [item.id for item, _laid in aside.queue(village)]
    shown = wanted if wanted in ids else (ids[0] if ids else "")
    names = may(g.person, "doors.names", here)
    effect = _effect(shown, here) if shown else None  # first: the rehearsal ends the transaction
    about = _about(shown, here, names=names) if shown else {}
    return render_template(
        "places/review.html", here=here, names=names, effect=effect, called=listing.group_names(village),
        label=listing.label, words=reviewing.TOLD, kinds=standing.KINDS,
        recent=decided.recent(here), **_queue(village, shown), **about,
    )  # fmt: skip


def _queue(village: str, shown: str) -> dict[str, Any]:
    """The part of the queue round the item, and what of it could be decided in one go."""
    queue = aside.queue(village)
    county = village_of(village).county
    position = next((n for n, (item, _laid) in enumerate(queue, 1) if item.id == shown), 0)
    pages = max(1, -(-len(queue) // PAGE))
    number = request.args.get("page", 0, type=int) or -(-position // PAGE) or 1
    number = min(max(number, 1), pages)
    places = by_ids(county, [item.place_id for item, _laid in queue])
    listed = queue[(number - 1) * PAGE : number * PAGE]
    return {
        "total": len(queue), "position": position, "number": number, "pages": pages, "shown": shown,
        "items": [(item, places[item.place_id], laid) for item, laid in listed],
        "bundles": batch.bundles((item, places[item.place_id]) for item, laid in queue if laid is None),
    }  # fmt: skip


def _effect(shown: str, here: Region) -> Effect | None:
    """What accepting would change; None for a duplicate without the other door."""
    item = _found(shown, here)
    meant = _meant(item, here, request.args)
    if _merges(item, meant) and meant.other_id is None:
        return None
    return reviewing.rehearse(here.code, lambda: _accept(_found(shown, here), meant, by=None))


def _found(ident: str, here: Region) -> Item:
    found = standing.item(ident, here.county)
    if found is None or found.village_code != here.code:
        raise Problem("not_found", _("没有这一条待审。"))
    return found


def _accept(item: Item, meant: Merge, *, by: str | None) -> None:
    if not _merges(item, meant):
        review.decide(item, "accept", by=by)
        return
    other = by_ids(item.county, [meant.other_id or ""]).get(meant.other_id or "")
    if other is None:
        raise Refused(_("没有找到要留下的那一户。请填它的编号，或者组和门牌，例如“二组7号”。"))
    merging.merge(item, other, by=by, swapped=meant.swapped, take=meant.take)


def _meant(item: Item, here: Region, said: Any) -> Merge:
    """Of a duplicate, the other door (what staff typed, else what the worker named) and which of the two stays.

    A new door may turn out to be a known one: then it goes.
    """
    if item.kind not in ("duplicate", "new"):
        return Merge("", None, swapped=False)
    typed = str(said.get("into", ""))[:40]
    other = _other(here, typed) if typed else None
    if not typed and item.duplicate_of:
        other = db.session.get(Place, (item.county, item.duplicate_of))
    names = may(g.person, "doors.names", here)
    take = tuple(name for name in said.getlist("take") if names or name not in listing.PRIVATE)
    return Merge(typed, other, swapped=item.kind == "duplicate" and said.get("stay") == "this", take=take)


def _other(here: Region, typed: str) -> Place | None:
    """The door that staff chose from the list, or typed."""
    chosen = db.session.get(Place, (here.county, typed))
    return chosen if chosen and chosen.village_code == here.code else listing.find(here, typed)


def _about(shown: str, here: Region, *, names: bool) -> dict[str, Any]:
    """Everything that the page says of one item."""
    item = _found(shown, here)
    place = db.session.get_one(Place, (item.county, item.place_id))
    told = reviewing.reports(item)
    group = listing.group_names(here.code).get(place.group_code or "", "")
    laid = next((laid for found, laid in aside.queue(here.code) if found.id == shown), None)
    return {
        "item": item, "place": place, "group": group, "door": listing.door_of(place, group), "told": told,
        "away": reviewing.away_words(told[0]) if told and item.kind == "away" else "",
        "back_on": told[0].back_on if told and item.kind == "away" else None,
        "reporters": reviewing.reporters(told, names=names), "own": any(r.worker_id == g.person.id for r in told),
        "if_not": reviewing.IF_NOT[item.kind], "laid": _laid_words(laid), "twins": twins.of(place) if names else [],
        **_merge_words(item, place, _meant(item, here, request.args), names=names),
    }  # fmt: skip


def _merges(item: Item, meant: Merge) -> bool:
    return item.kind == "duplicate" or (item.kind == "new" and bool(meant.said))


def _merge_words(item: Item, place: Place, meant: Merge, *, names: bool) -> dict[str, Any]:
    if not _merges(item, meant):
        return {"meant": None}
    if meant.other is None:
        rows = listing.rows(region(place.village_code), names=names, search=meant.said) if meant.said else []
        alike = [row.place for row in rows if row.place.id != place.id and row.place.status != "merged"]
        return {"meant": meant, "matches": alike[:MATCHES]}
    goes, stays = (meant.other, place) if meant.swapped else (place, meant.other)
    shown = merging.differences(goes, stays, names=names)
    return {"meant": meant, "goes": goes, "stays": stays, "differences": shown}


def _laid_words(laid: Aside | None) -> str:
    if laid is None:
        return ""
    person = db.session.get(Person, laid.by) if laid.by else None
    return _("%(who)s %(at)s先放着的", who=person.name if person else "", at=listing.moment_words(laid.at))


@door.post("/<village>/<ident>/<word>")
@needs("review", village_of)
def decide(village: str, ident: str, word: str) -> Response:
    """同意， 不是， 先放着， 拿回来; then the next item."""
    here = village_of(village)
    found = _found(ident, here)
    after = next_item(village, ident)
    if word == "later":
        aside.put(found, by=g.person.id)
    elif word == "resume":
        aside.take_back(found, by=g.person.id)
        after = ident
    elif word == "accept":
        _accept(found, _meant(found, here, request.form), by=g.person.id)
    elif word == "reject":
        review.decide(found, word, by=g.person.id)
    else:
        raise Problem("not_found")
    return go(f"/office/review/{village}" + (f"?item={after}" if after else ""))


def next_item(village: str, ident: str) -> str:
    """The item after this one in the queue, from the top again at the end; "" where there is no other."""
    ids = [item.id for item, _laid in aside.queue(village)]
    at = ids.index(ident) + 1 if ident in ids else 0
    return next((other for other in ids[at:] + ids[:at] if other != ident), "")
