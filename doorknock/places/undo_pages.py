"""定过的: what was decided, and taking it back within 24 hours, alone or in one go, its effect said before."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock.access import may, needs
from doorknock.errors import Problem, Refused
from doorknock.places import batch, decided, listing, reviewing, standing, undoing
from doorknock.places.choosing import go, place_of, place_region, village_of
from doorknock.places.standing import Decision
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("undoing", __name__, url_prefix="/office/decided")


@door.get("/<village>")
@needs("review", village_of)
def page(village: str) -> str:
    """Everything that was decided here, latest first; with ``own``, only what somebody decided of their own report."""
    here = village_of(village)
    own, number = "own" in request.args, max(request.args.get("page", 1, type=int), 1)
    rows, total = decided.page(here, number, own=own)
    return render_template(
        "places/decided.html", here=here, rows=rows, total=total, own=own, number=number,
        pages=max(1, -(-total // decided.PAGE)), called=listing.group_names(village), label=listing.label,
    )  # fmt: skip


@door.get("/of/<ident>")
@needs("doors", place_region)
def of_place(ident: str) -> str:
    """A fragment for the door's own page: what was decided about it, and which doors were merged into it."""
    place = place_of(ident)
    here = region(place.village_code)
    return render_template(
        "places/_decided_of.html", here=here, place=place, rows=decided.of_place(place),
        joined=decided.joined_into(place), names=may(g.person, "doors.names", here),
        called=listing.group_names(here.code), label=listing.label,
    )  # fmt: skip


@door.get("/<village>/<ident>")
@needs("review", village_of)
def ask(village: str, ident: str) -> str:
    """What taking this item's decision (or, with ``all``, the whole go) back would change, before it is done."""
    here = village_of(village)
    chosen = _chosen(here, ident)
    late = "" if _in_time(chosen) else ident
    effect = None
    if not late:
        effect = reviewing.rehearse(village, lambda: undoing.take_back(_chosen(here, ident), by=None))
    rows = decided.these(_chosen(here, ident))
    more = _more(here, rows[0].decision) if "all" not in request.args else 0
    return render_template(
        "places/undo.html", here=here, rows=rows, effect=effect, late=late, more=more, ident=ident,
        whole="all" in request.args, called=listing.group_names(village), label=listing.label,
    )  # fmt: skip


@door.post("/<village>/<ident>")
@needs("review", village_of)
def undo(village: str, ident: str) -> Response:
    """撤回."""
    here = village_of(village)
    chosen = _chosen(here, ident)
    if not _in_time(chosen):
        raise Refused(_("定了超过 24 小时，这里不能撤回了。要撤回，请镇里的管理员在服务器上撤回。"))
    undoing.take_back(chosen, by=g.person.id)
    return go(f"/office/review/{village}?item={ident}")


def _chosen(here: Region, ident: str) -> list[Decision]:
    """The decisions that are meant; Problem not_found where none stands."""
    found = standing.item(ident, here.county)
    decision = undoing.decision_of(found) if found and found.village_code == here.code else None
    if decision is None:
        raise Problem("not_found", _("这一条没有要撤回的。可能已经有人撤回了。"))
    whole = "all" in request.values and decision.batch is not None
    return batch.standing(here.county, decision.batch or "") if whole else undoing.halves(decision)


def _in_time(chosen: list[Decision]) -> bool:
    return all(decided.in_time(decision) for decision in chosen)


def _more(here: Region, decision: Decision) -> int:
    """How many were decided in the same go and still stand; 0 where it was decided alone."""
    if decision.batch is None or len(undoing.halves(decision)) > 1:
        return 0
    together = len(batch.standing(here.county, decision.batch))
    return together if together > 1 else 0
