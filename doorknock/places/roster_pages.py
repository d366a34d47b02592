"""The roster's deeds in the office: change a place's fields, move places between groups, print the walking table."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import audit, clock, web
from doorknock.access import may, needs
from doorknock.campaigns import models as campaigns
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people.models import Person
from doorknock.places import edits, listing, moving, story, walking
from doorknock.places.choosing import choose, go, place_of, place_region, village_of
from doorknock.places.models import KINDS, Place
from doorknock.regions.models import Region, groups, region
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


@door.get("/print")
@needs("paper")
def print_home() -> Response | str:
    """Whose table?"""
    return choose(_("打印走访表"), "/office/print", _("户表"))


@door.get("/print/<village>")
@needs("paper", village_of)
def print_form(village: str) -> str:
    """Which groups or lane, for whom, and why: names leave the screen."""
    return _print_page(village_of(village))


def _print_page(here: Region, refused: str = "") -> str:
    return render_template(
        "places/print_form.html", here=here, groups=listing.group_names(here.code), refused=refused,
        lanes=walking.lanes(here), workers=walking.workers(here), today=clock.today().isoformat(), typed=request.form,
        names=may(g.person, "doors.names", here),
    )  # fmt: skip


@door.post("/print/<village>")
@needs("paper", village_of)
def print_table(village: str) -> str | tuple[str, int]:
    """The table itself, ready to print. It is an export: who, what for and how many doors are kept."""
    here = village_of(village)
    purpose = request.form.get("purpose", "").strip()[:100]
    chosen = request.form.getlist("group")
    if not purpose or not chosen:
        return _print_page(here, _("请选打印哪几组。") if purpose else _("请写一句打印来做什么。")), 422
    names = may(g.person, "doors.names", here)
    parts = walking.tables(here, chosen, request.form.get("lane", "")[:60])
    count = sum(len(part.rows) for part in parts)
    audit.record(
        "export.print", here.code, by=g.person.id, subject=request.form.get("worker", "")[:36] or None, purpose=purpose,
        groups=chosen, count=count, names=names,
    )  # fmt: skip
    return render_template("places/print.html", here=here, parts=parts, names=names, count=count, **_about(here))


def _about(here: Region) -> dict[str, Any]:
    known = campaigns.of_county(here.county)
    worker = db.session.get(Person, request.form.get("worker", "")[:36])
    return {
        "campaign": campaigns.meant(known, here.path, clock.today()), "worker": worker, "by": g.person.name,
        "blank": min(request.form.get("blank", 6, type=int) or 0, 30),
        "upright": request.form.get("paper") == "portrait", "ticks": walking.TICKS, "today": clock.today(),
    }  # fmt: skip
