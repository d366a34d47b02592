"""代录纸质记录: a grid for a day's slips, typed without a mouse; what is typed is kept until it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.errors import Problem, Refused
from doorknock.places import listing, walking
from doorknock.places.choosing import choose, go, village_of
from doorknock.regions.models import Region
from doorknock.sync import paper, slips
from doorknock.sync.desk import Desk, judge, workers
from doorknock.sync.slips import Row, Sheet
from doorknock.visits.fold import PLAIN
from doorknock.words import _

door = Blueprint("paper", __name__, url_prefix="/office/paper")
SPARE = 40
"""Empty rows under what was typed; the page shows a few and opens more as they are needed."""


@door.get("")
@needs("paper")
def home() -> Response | str:
    """Whose slips?"""
    return choose(_("代录纸质记录"), "/office/paper", _("户表"))


@door.get("/<village>")
@needs("paper", village_of)
def page(village: str) -> str:
    """What this person was typing; with ``group``, its doors stand ready below in the order of the printed table."""
    here = village_of(village)
    sheet = Sheet.of(paper.draft(here, g.person))
    sheet.day = sheet.day or clock.today().isoformat()
    group = request.args.get("group", "")[:15]
    if group:
        sheet.rows = [r for r in sheet.rows if not r.blank] + _ready(here, group)
    return _show(here, sheet, saved=request.args.get("saved", 0, type=int))


def _ready(here: Region, group: str) -> list[Row]:
    places = walking.of_group(here, group)
    called = listing.group_names(here.code)
    return [Row({"door": p.local_no or listing.label(p, called), "given": "1"}) for p in places]


def _show(here: Region, sheet: Sheet, *, saved: int = 0, refused: str = "") -> str:
    desk = _desk(here, sheet)
    judge(desk, sheet.rows)
    return render_template(
        "sync/paper.html", here=here, sheet=sheet, desk=desk, saved=saved, refused=refused, spare=SPARE,
        workers=workers(here), today=clock.today().isoformat(), groups=listing.group_names(here.code),
        rows=[*sheet.rows, *(Row({}) for _ in range(SPARE))], words=_words(), empty=Row({}),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    """What the keys mean, for the legend and for the grid's own script."""
    outcomes = {key: str(PLAIN[outcome]) for key, outcome in slips.OUTCOMES.items()}
    return {"outcome": outcomes, "method": _said(slips.METHOD_WORDS), "slot": _said(slips.SLOT_WORDS)}


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {key: str(word) for key, word in words.items()}


def _desk(here: Region, sheet: Sheet) -> Desk:
    return Desk.for_sheet(here, sheet, names=may(g.person, "doors.names", here))


@door.post("/<village>/row/<int:number>")
@needs("paper", village_of)
def row(village: str, number: int) -> str:
    """Keep all that is typed, and say of one row which door it is and what is wrong."""
    here = village_of(village)
    sheet = Sheet.typed(request.form)
    paper.keep(here, g.person, sheet.kept())
    desk = _desk(here, sheet)
    judge(desk, sheet.rows)
    shown = sheet.rows[number] if number < len(sheet.rows) else Row({})
    return render_template("sync/_paper_row.html", row=shown, n=number, desk=desk)


@door.post("/<village>")
@needs("paper", village_of)
def save(village: str) -> Response | tuple[str, int]:
    """全部存, only if every row is right; 只存对的, and the others stay; 都不要, what was typed is thrown away.

    A group's button saves nothing: it keeps what is typed, the last key included, and sets that group's doors below.
    """
    here = village_of(village)
    sheet = Sheet.typed(request.form)
    if "group" in request.form:
        paper.keep(here, g.person, sheet.kept())
        return go(f"/office/paper/{village}?{urlencode({'group': request.form['group']})}")
    if "drop" in request.form:
        paper.keep(here, g.person, Sheet(turn=sheet.turn + 1).kept())
        return go(f"/office/paper/{village}")
    desk = _desk(here, sheet)
    judge(desk, sheet.rows)
    right = [r for r in sheet.rows if r.right]
    left = [r for r in sheet.rows if not r.blank and not r.right]
    try:
        refused = _refusal(desk, right, left, only_right="right" in request.form)
        if refused:
            raise Refused(refused)
        if desk.worker is None:
            raise Problem("bad_request")
        paper.take(here, desk.worker, [r.body for r in right if r.body], by=g.person)
    except Refused as why:
        return _stays(here, sheet, "".join(why.reasons))
    paper.keep(here, g.person, Sheet(sheet.worker_id, sheet.day, left, sheet.turn + 1).kept())
    return go(f"/office/paper/{village}?saved={len(right)}")


def _refusal(desk: Desk, right: Sequence[Row], left: Sequence[Row], *, only_right: bool) -> str:
    if faults := desk.faults():
        return "".join(faults) + _("什么都没有存，填的都还在。")
    if left and not only_right:
        return _("有 %(left)s 行要看一下，什么都没有存，填的都还在。", left=len(left))
    return "" if right else _("还没有可以存的行。")


def _stays(here: Region, sheet: Sheet, refused: str) -> tuple[str, int]:
    """Nothing was saved, and what was typed is kept all the same."""
    web.rollback()
    paper.keep(here, g.person, sheet.kept())
    web.commit()
    return _show(here, Sheet.of(sheet.kept()), refused=refused), 422
