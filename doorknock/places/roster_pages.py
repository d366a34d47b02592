"""The roster's deeds in the office: a place's story, changing its fields, moving places between groups."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.errors import Problem, Refused
from doorknock.places import edits, listing, moving, story
from doorknock.places.choosing import go, place_of, place_region, village_of
from doorknock.places.models import KINDS, Place
from doorknock.regions.models import groups, region
from doorknock.words import _

door = Blueprint("doors", __name__, url_prefix="/office")
MOST_MOVED = 500


@door.get("/places/one/<ident>/story")
@needs("doors", place_region)
def story_of(ident: str) -> str:
    """What became of the place itself; a page, or a fragment for the place's own page."""
    place = place_of(ident)
    here = region(place.village_code)
    chapters = story.of_place(place, names=may(g.person, "doors.names", here))
    return web.render("places/story.html", here=here, place=place, chapters=chapters)


@door.get("/places/one/<ident>/edit")
@needs("roster.edit", place_region)
def edit_form(ident: str) -> str:
    """The fields that staff may change, with what was corrected in the field marked."""
    place = place_of(ident)
    return _edit_page(place, {name: "" if v is None else str(v) for name, v in edits.now(place).items()})


def _edit_page(place: Place, typed: dict[str, str], refused: list[str] | None = None) -> str:
    here = region(place.village_code)
    names = may(g.person, "doors.names", here)
    shown = [n for n in (*edits.ON_PLACE, *edits.IN_ADDRESS) if names or n not in edits.NAMED]
    return render_template(
        "places/edit.html", here=here, place=place, typed=typed, shown=shown, words=listing.FIELD_WORDS, kinds=KINDS,
        label=listing.label(place, listing.group_names(here.code)), refused=refused or [],
        marked={name.removeprefix("address.") for name in place.marks},
    )  # fmt: skip


@door.post("/places/one/<ident>/edit")
@needs("roster.edit", place_region)
def edit(ident: str) -> Response | tuple[str, int]:
    """改户表: what is filled in stands from now on; a wrong field changes nothing and stays on the form."""
    place = place_of(ident)
    typed = {name: value[:200] for name, value in request.form.items()}
    try:
        fields = edits.read(typed, names=may(g.person, "doors.names", region(place.village_code)))
    except Refused as why:
        return _edit_page(place, typed, why.reasons), 422
    edits.change(place, fields, by=g.person.id)
    return go(f"/office/places/one/{ident}")


@door.post("/places/<village>/move")
@needs("roster.edit", village_of)
def move(village: str) -> Response | tuple[str, int] | str:
    """移组: first what it would do (nothing is written), then, with ``sure``, it is done."""
    here = village_of(village)
    ids, target = request.form.getlist("place")[:MOST_MOVED], request.form.get("to", "")[:15]
    choices = [group for group in groups(village) if group.grid_code]
    try:
        if "sure" in request.form:
            count = moving.move(here, ids, target, by=g.person.id)
            return go(f"/office/places/{village}?group={target}&moved={count}")
        made = moving.plan(here, ids, target) if target else None
        refused = "" if ids else _("还没有勾要移的户。请回到户表，勾上再点「移组」。")
    except (Refused, Problem) as why:
        made, refused = None, "".join(why.reasons) if isinstance(why, Refused) else _("没有这个组。")
    page = render_template(
        "places/move.html", here=here, ids=ids, target=target, made=made, refused=refused, choices=choices,
        called=listing.group_names(village), label=listing.label, names=may(g.person, "doors.names", here),
    )  # fmt: skip
    return (page, 422) if refused else page
