"""Which village a page is about: the one in the address, the person's own, or one to choose."""

from __future__ import annotations

from flask import g, redirect, render_template
from werkzeug import Response

from doorknock.db import db
from doorknock.errors import Problem
from doorknock.places import standing
from doorknock.places.models import ERASED, Place
from doorknock.regions.models import Region, region, villages
from doorknock.words import _


def village_of(village: str, **_more: str) -> Region:
    """The village with this code; Problem not_found."""
    found = region(village)
    if found.level != "village":
        raise Problem("not_found", _("这个编码不是一个村。"))
    return found


def choose(what: str, address: str, rail: str) -> Response | str:
    """The person's own village, or a page of villages to choose from; a village's page is ``address``/code."""
    home: Region | None = g.person.home
    if home is None:
        raise Problem("forbidden", _("这个账号没有归属的区划。"))
    if home.level == "village":
        return go(f"{address}/{home.code}")
    rows = [(v, len(standing.open_items(v.code))) for v in villages(home)]
    return render_template("places/choose.html", here=home, rows=rows, address=address, what=what, rail=rail)


def go(address: str) -> Response:
    """Off to another page, with a GET."""
    return redirect(address, 303)


def place_of(ident: str) -> Place:
    """The place with this id in the reader's county; Problem not_found."""
    home: Region | None = g.person.home
    found = db.session.get(Place, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这一户。"))
    if found.status == ERASED:
        raise Problem("not_found", _("这一户的记录，住户要求删掉了。"))
    return found


def place_region(ident: str) -> Region:
    """The village of the place in the address."""
    return region(place_of(ident).village_code)
