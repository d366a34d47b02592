"""Which visit an address of the office names."""

from __future__ import annotations

from flask import g

from doorknock.db import db
from doorknock.errors import Problem
from doorknock.places.choosing import place_region
from doorknock.regions.models import Region
from doorknock.visits.models import Visit
from doorknock.words import _


def visit_of(ident: str) -> Visit:
    """The visit with this id in the reader's county; Problem not_found."""
    home: Region | None = g.person.home
    found = db.session.get(Visit, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这条走访。"))
    return found


def visit_region(ident: str, **_more: str) -> Region:
    """The village in which the visit of the address was made."""
    return place_region(visit_of(ident).place_id)
