"""A place's history in the office, and what staff do to a visit: void it, or move it to the door it was meant for."""

from __future__ import annotations

from flask import Blueprint, Flask, g, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.errors import Refused
from doorknock.places import listing
from doorknock.places.choosing import go, place_of, place_region
from doorknock.regions.models import region
from doorknock.visits import ask_pages, deeds, history, print_pages
from doorknock.visits.choosing import visit_of, visit_region
from doorknock.words import _

door = Blueprint("visits", __name__, url_prefix="/office/visits")
SHORT = 3
"""Lines of history on a review page; the rest is behind 更多."""


def register(app: Flask) -> None:
    """Open the doors of the visits, of questions to a worker and of the walking table."""
    for blueprint in (door, ask_pages.door, print_pages.door):
        app.register_blueprint(blueprint)


@door.get("/of/<ident>")
@needs("doors", place_region)
def of_place(ident: str) -> str:
    """A place's history; with ``short``, the latest lines and no deeds."""
    place = place_of(ident)
    here = region(place.village_code)
    short = "short" in request.args
    steps = history.of_place(place, names=may(g.person, "doors.names", here))
    return web.render(
        "visits/of.html", here=here, place=place, steps=steps[:SHORT] if short else steps, total=len(steps),
        short=short, may_void=may(g.person, "visits.void", here),
    )  # fmt: skip


@door.post("/<ident>/void")
@needs("visits.void", visit_region)
def void(ident: str) -> Response:
    """作废, with a reason."""
    found = visit_of(ident)
    deeds.void(found, by=g.person.id, reason=request.form.get("reason", ""))
    return go(f"/office/places/one/{found.place_id}")


@door.post("/<ident>/move")
@needs("visits.void", visit_region)
def move(ident: str) -> Response:
    """改户, with a reason: the other door is named by its number on the roster, or by group and door."""
    found = visit_of(ident)
    village = visit_region(ident)
    to = listing.find(village, request.form.get("to", "")[:40])
    if to is None:
        raise Refused(_("没有找到要改到的那一户。请填它的编号，或者组和门牌，例如“二组7号”。"))
    deeds.move(found, to.id, by=g.person.id, reason=request.form.get("reason", ""))
    return go(f"/office/places/one/{to.id}")
