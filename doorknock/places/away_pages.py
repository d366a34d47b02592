"""外出户 in the office: doors by month of coming back, made to be printed, and 回来了."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.places import away, listing, review, reviewing
from doorknock.places.choosing import choose, go, village_of
from doorknock.places.models import Place
from doorknock.words import _

door = Blueprint("away", __name__, url_prefix="/office/away")


@door.get("")
@needs("review")
def home() -> Response | str:
    """Whose?"""
    return choose(_("外出户"), "/office/away", _("审核"))


@door.get("/<village>")
@needs("review", village_of)
def page(village: str) -> str:
    """First who should be back by now, then month by month."""
    if review.due(village_of(village).county):
        with web.apart():
            review.wake(village_of(village).county, clock.today())
    here = village_of(village)
    return render_template(
        "places/away.html", here=here, months=away.months(here), expected=away.expected(here),
        figures=away.figures(here), today=clock.today(), names=may(g.person, "doors.names", here),
        kind_words=away.kind_words, called=listing.group_names(village), label=listing.label,
    )  # fmt: skip


@door.get("/<village>/<ident>")
@needs("review", village_of)
def ask(village: str, ident: str) -> str:
    """What 回来了 would change, before it is said."""
    effect = reviewing.rehearse(village, lambda: away.come_back(_place(village, ident), by=None))
    here, place = village_of(village), _place(village, ident)
    group = listing.group_names(village).get(place.group_code or "", "")
    return render_template(
        "places/back.html", here=here, place=place, group=group, door=listing.door_of(place, group), effect=effect,
        names=may(g.person, "doors.names", here), status=listing.in_words(place),
    )  # fmt: skip


@door.post("/<village>/<ident>")
@needs("review", village_of)
def back(village: str, ident: str) -> Response:
    """回来了: it is in D again; undone like any decision."""
    away.come_back(_place(village, ident), by=g.person.id)
    return go(f"/office/away/{village}")


def _place(village: str, ident: str) -> Place:
    found = db.session.get(Place, (village_of(village).county, ident))
    if found is None or found.village_code != village:
        raise Problem("not_found", _("没有这一户。"))
    return found
