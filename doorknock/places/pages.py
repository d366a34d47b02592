"""The roster 户表 in the office: the list of a village, one place, and the way to the other pages of this room."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.places import (
    away_pages,
    batch_pages,
    filtering,
    import_pages,
    listing,
    review_pages,
    roster_pages,
    standing,
    undo_pages,
)
from doorknock.places.choosing import choose, place_of, place_region, village_of
from doorknock.places.models import Place
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("places", __name__, url_prefix="/office")
PAGE = 200


def register(app: Flask) -> None:
    """Open the doors of this room, and offer its words to templates."""
    app.add_template_filter(listing.day_words, "day_words")
    app.add_template_filter(listing.time_words, "time_words")
    app.add_template_filter(listing.moment_words, "moment_words")
    rooms = (review_pages, batch_pages, undo_pages, away_pages, import_pages, roster_pages)
    for blueprint in (door, *(room.door for room in rooms)):
        app.register_blueprint(blueprint)


@door.get("/places")
@needs("doors")
def roster_home() -> Response | str:
    """Whose roster?"""
    return choose(_("户表"), "/office/places", _("户表"))


@door.get("/places/<village>")
@needs("doors", village_of)
def roster_list(village: str) -> str:
    """A village's places in roster order, filtered by ``group`` and by how they ``stand``."""
    return _listed(village_of(village))


@door.post("/places/<village>")
@needs("doors", village_of)
@web.only_reads
def roster_search(village: str) -> str:
    """The same, searched by ``q``: names and numbers that somebody types stand in no address."""
    return _listed(village_of(village))


def _listed(here: Region) -> str:
    names = may(g.person, "doors.names", here)
    asked = request.args if request.method == "GET" else request.form
    search, group, stand = request.form.get("q", "")[:60], asked.get("group", "")[:15], asked.get("stand", "")[:10]
    found = filtering.kept(here, listing.rows(here, names=names, search=search, group=group), stand, names=names)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(asked.get("page", 1, type=int), 1), pages)
    return web.render(
        "places/list.html", here=here, rows=found[(page - 1) * PAGE : page * PAGE], total=len(found), names=names,
        search=search, group=group, groups=listing.group_names(here.code), number=page, pages=pages,
        waiting=len(standing.open_items(here.code)), stand=stand, stands=filtering.words(names=names),
        moved=request.args.get("moved", 0, type=int),
    )  # fmt: skip


@door.get("/places/one/<ident>")
@needs("doors", place_region)
def one(ident: str) -> str:
    """One place: what is known of it, what is reported, and (from the visits' room) its history."""
    place = place_of(ident)
    here = region(place.village_code)
    names = may(g.person, "doors.names", here)
    return render_template("places/one.html", here=here, names=names, **_about(place, names=names))


def _about(place: Place, *, names: bool) -> dict[str, Any]:
    called = listing.group_names(place.village_code)
    end = db.session.get(Place, (place.county, place.survivor_id))
    survivor = end if end is not None and end.id != place.id else None
    group = called.get(place.group_code or "", "")
    return {
        "place": place, "group": group, "number": listing.door_of(place, group), "survivor": survivor,
        "row": listing.Row(place, group, listing.in_words(place, listing.label(end, called) if end else "")),
        "corrected": listing.corrected(place, names=names), "items": standing.items_of(place),
        "item_words": standing.KINDS,
    }  # fmt: skip
