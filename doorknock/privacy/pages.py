"""删掉这一户: what a household may ask for in person; said beforehand what goes and what stays, done at once."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.places import listing
from doorknock.places.choosing import go
from doorknock.places.models import ERASED, Place
from doorknock.privacy import erase, photos, traces
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("privacy", __name__, url_prefix="/office/places/one")


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)


def _place(ident: str) -> Place:
    """The place with this id in the reader's county, also one that was erased: a repeat is told so."""
    home: Region | None = g.person.home
    found = db.session.get(Place, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这一户。"))
    return found


def _here(ident: str) -> Region:
    return region(_place(ident).village_code)


@door.get("/<ident>/erase")
@needs("household", _here)
def ask(ident: str) -> str:
    """What goes, what stays, and the tick that the household itself said so; afterwards: that it is done."""
    return _page(_place(ident))


def _page(place: Place, refused: str = "") -> str:
    here = region(place.village_code)
    if place.status == ERASED:
        return render_template("privacy/erased.html", here=here)
    called = listing.group_names(here.code)
    group = called.get(place.group_code or "", "")
    return render_template(
        "privacy/erase.html", here=here, place=place, names=may(g.person, "doors.names", here), refused=refused,
        held=traces.of(place), group=group, number=listing.door_of(place, group), label=listing.label(place, called),
    )  # fmt: skip


@door.post("/<ident>/erase")
@needs("household", _here)
def carry_out(ident: str) -> Response | tuple[str, int]:
    """Erase; asked twice, done once. Without the tick nothing happens."""
    place = _place(ident)
    if "said" not in request.form:
        why = Refused(_("只有住户本人能要求删掉。住户本人说了，请打勾再点。"))
        web.rollback()
        return _page(_place(ident), "".join(why.reasons)), 409
    unnamed = erase.household(place, by=g.person.id)
    web.commit()  # files go only once nothing can name them any more
    photos.delete_files(unnamed)
    return go(f"/office/places/one/{ident}/erase")
