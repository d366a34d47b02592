"""一起定: one group's items of one kind on one page, what deciding the ticked ones changes, one key for them all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.errors import Problem, Refused
from doorknock.places import batch, listing, review, reviewing, standing
from doorknock.places.choosing import go, village_of
from doorknock.places.standing import Item
from doorknock.regions.models import Region
from doorknock.words import _

door = Blueprint("batch", __name__, url_prefix="/office/review/<village>/together")


@door.get("")
@needs("review", village_of)
def page(village: str) -> str:
    """All of one kind in one group, every line ticked but what the reviewer reported, and the total effect."""
    return _page(village, None, "")


@door.post("")
@needs("review", village_of)
def decide(village: str) -> Response | str | tuple[str, int]:
    """Shows the effect of the lines ticked now; decides them where a verdict was pressed under that very effect."""
    ticked, shown = request.form.getlist("item")[: batch.MOST], request.form.get("shown", "").split()
    verdict = request.form.get("verdict", "")
    if verdict not in review.VERDICTS:
        return _page(village, ticked, "")
    if set(ticked) != set(shown):
        return _page(village, ticked, _("勾的改过了，下面是改过以后的结果。看过再定一次。"))
    try:
        batch.decide(_items(village_of(village), ticked), verdict, by=g.person.id)
        web.commit()
    except Refused as why:
        web.rollback()
        return _page(village, ticked, "\n".join(why.reasons)), 409
    return go(f"/office/review/{village}")


def _items(here: Region, idents: list[str]) -> list[Item]:
    found = [standing.item(ident, here.county) for ident in idents]
    items = [item for item in found if item is not None and item.village_code == here.code]
    if len(items) != len(idents):
        raise Problem("not_found", _("没有这一条待审。"))
    return items


def _page(village: str, ticked: list[str] | None, said: str) -> str:
    here = village_of(village)
    kind, group = request.values.get("kind", "")[:10], request.values.get("group", "")[:15]
    if kind not in batch.KINDS:
        raise Refused(_("这一类要一条一条定。"))
    lines = batch.waiting(village, kind, group)
    mine = batch.own(here.county, kind, [place.id for _item, place in lines], g.person.id)
    free = [item.id for item, place in lines if place.id not in mine][: batch.MOST]
    chosen = free if ticked is None else [ident for ident in free if ident in ticked]
    effect = reviewing.rehearse(village, lambda: batch.decide(_items(here, chosen), "accept", by=g.person.id))
    lines = batch.waiting(village, kind, group)
    return web.render("places/together.html", here=here, effect=effect if chosen else None, chosen=chosen, said=said,
        kind=kind, group=group, word=standing.KINDS[kind], **_lines(here, lines, mine, group))  # fmt: skip


def _lines(here: Region, lines: list[Any], mine: set[str], group: str) -> dict[str, Any]:
    """The lines with what was reported of each; what the reviewer reported stands apart."""
    names = may(g.person, "doors.names", here)
    free = [(item, place) for item, place in lines if place.id not in mine]
    told = {item.id: reviewing.reports(item) for item, _place in free[: batch.MOST]}
    called = listing.group_names(here.code)
    return {
        "names": names, "called": called, "label": listing.label, "group_name": called.get(group, _("没有组的")),
        "lines": [(item, place, told[item.id]) for item, place in free[: batch.MOST]],
        "more": max(0, len(free) - batch.MOST), "own": [place for _item, place in lines if place.id in mine],
        "away_words": reviewing.away_words, "reporters": reviewing.reporters,
    }  # fmt: skip
