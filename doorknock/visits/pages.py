"""A place's history in the office, and what staff do to a visit: void it, or move it to the door it was meant for."""

from __future__ import annotations

from flask import Blueprint, Flask, g, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.places import listing
from doorknock.places.choosing import go
from doorknock.places.models import Place
from doorknock.regions.models import Region, region
from doorknock.visits import ask_pages, deeds, history, print_pages
from doorknock.visits.models import Visit
from doorknock.words import _

door = Blueprint("visits", __name__, url_prefix="/office/visits")
SHORT = 3
"""Lines of history on a review page; the rest is behind 更多."""


def register(app: Flask) -> None:
    """Open the doors of the visits, of questions to a worker and of the walking table."""
    for blueprint in (door, ask_pages.door, print_pages.door):
        app.register_blueprint(blueprint)


def _place(ident: str) -> Place:
    home: Region | None = g.person.home
    found = db.session.get(Place, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这一户。"))
    return found


def _visit(ident: str) -> Visit:
    home: Region | None = g.person.home
    found = db.session.get(Visit, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这条走访。"))
    return found


def _place_region(ident: str) -> Region:
    return region(_place(ident).village_code)


def _visit_region(ident: str) -> Region:
    return _place_region(_visit(ident).place_id)


@door.get("/of/<ident>")
@needs("doors", _place_region)
def of_place(ident: str) -> str:
    """A place's history; with ``short``, the latest lines and no deeds."""
    place = _place(ident)
    here = region(place.village_code)
    short = "short" in request.args
    steps = history.of_place(place, names=may(g.person, "doors.names", here))
    return web.render(
        "visits/of.html", here=here, place=place, steps=steps[:SHORT] if short else steps, total=len(steps),
        short=short, may_void=may(g.person, "visits.void", here),
    )  # fmt: skip


@door.post("/<ident>/void")
@needs("visits.void", _visit_region)
def void(ident: str) -> Response:
    """作废, with a reason."""
    found = _visit(ident)
    deeds.void(found, by=g.person.id, reason=request.form.get("reason", ""))
    return go(f"/office/places/one/{found.place_id}")


@door.post("/<ident>/move")
@needs("visits.void", _visit_region)
def move(ident: str) -> Response:
    """改户, with a reason: the other door is named by its number on the roster, or by group and door."""
    found = _visit(ident)
    village = _visit_region(ident)
    to = listing.find(village, request.form.get("to", "")[:40])
    if to is None:
        raise Refused(_("没有找到要改到的那一户。请填它的编号，或者组和门牌，例如“二组7号”。"))
    deeds.move(found, to.id, by=g.person.id, reason=request.form.get("reason", ""))
    return go(f"/office/places/one/{to.id}")
