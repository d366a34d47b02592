"""当面办: what a household asks for while it stands there, done on one page; and its record, shown and printed."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, g, render_template, request
from werkzeug import Response

from doorknock import audit, clock, web
from doorknock.access import may, needs
from doorknock.commitments import deeds, household, moving_pages, record
from doorknock.commitments.models import Commitment
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import listing
from doorknock.places.choosing import go, place_of
from doorknock.places.models import Place
from doorknock.regions.models import Region, region
from doorknock.visits import wishes
from doorknock.words import _

door = Blueprint("household", __name__, url_prefix="/office/places/one")


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)
    app.register_blueprint(moving_pages.door)


def _here(ident: str) -> Region:
    return region(place_of(ident).village_code)


@door.get("/<ident>/settle")
@needs("household", _here)
def settle(ident: str) -> str:
    """Promises that can be taken back, 不用再来, and the way to the record."""
    return _page(place_of(ident))


def _page(place: Place, refused: str = "") -> str:
    here = region(place.village_code)
    called = listing.group_names(here.code)
    names = may(g.person, "doors.names", here)
    return render_template(
        "commitments/settle.html", here=here, place=place, names=names, held=household.of_place(place, names=names),
        group=called.get(place.group_code or "", ""), label=listing.label(place, called), refused=refused,
        number=listing.door_of(place, called.get(place.group_code or "", "")), today=clock.today().isoformat(),
        done=request.args.get("done", ""),
    )  # fmt: skip


@door.post("/<ident>/withdraw")
@needs("household", _here)
def withdraw(ident: str) -> Response | tuple[str, int]:
    """撤回承诺, as said on a day; no reason is asked."""
    place = place_of(ident)
    found = db.session.get(Commitment, (place.county, request.form.get("commitment", "")[:36]))
    if found is None or place_of(found.place_id).survivor_id != place.survivor_id:
        return _stays(ident, Refused(_("没有这份承诺书。请刷新看一下。")))
    try:
        deeds.withdraw(found, day=_day(request.form.get("day", "")), by=g.person.id)
    except Refused as why:
        return _stays(ident, why)
    return go(f"/office/places/one/{ident}/settle?done=withdrawn")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("请填撤回的日期。")) from error


@door.post("/<ident>/close")
@needs("household", _here)
def close(ident: str) -> Response | tuple[str, int]:
    """住户说不用再来."""
    try:
        wishes.close(place_of(ident), by=g.person.id)
    except Refused as why:
        return _stays(ident, why)
    return go(f"/office/places/one/{ident}/settle?done=closed")


@door.post("/<ident>/reopen")
@needs("household", _here)
def reopen(ident: str) -> Response | tuple[str, int]:
    """Lifted, only with the tick that the household itself said so."""
    try:
        if "said" not in request.form:
            raise Refused(_("只有住户本人能取消。住户本人说了，请打勾再点。"))
        wishes.reopen(place_of(ident), by=g.person.id)
    except Refused as why:
        return _stays(ident, why)
    return go(f"/office/places/one/{ident}/settle?done=reopened")


def _stays(ident: str, why: Refused) -> tuple[str, int]:
    web.rollback()
    return _page(place_of(ident), "".join(why.reasons)), 409


@door.post("/<ident>/record", endpoint="record")
@needs("household", _here)
def show(ident: str) -> str:
    """Show the household its record, large and plain, to be read there or printed; that it was shown is kept."""
    place = place_of(ident)
    here = region(place.village_code)
    names = may(g.person, "doors.names", here)
    audit.record("household.show", here.code, by=g.person.id, subject=place.survivor_id, purpose=_("当面给住户看"))
    whole = record.of_place(place, names=names)
    label = listing.label(whole.held.place, listing.group_names(here.code))
    return render_template("commitments/record.html", here=here, record=whole, names=names, label=label)
