"""What goes along with a merge, as a fragment for the review page."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template

from doorknock.access import needs
from doorknock.commitments import moving
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.places.models import Place
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("moving", __name__, url_prefix="/office/moving")


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)


def _place(ident: str) -> Place:
    home: Region | None = g.person.home
    found = db.session.get(Place, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这一户。"))
    return found


def _place_region(ident: str) -> Region:
    return region(_place(ident).village_code)


@door.get("/<ident>")
@needs("review", _place_region)
def of_place(ident: str) -> str:
    """How much goes along when this door is merged into another."""
    return render_template("commitments/_moving.html", moving=moving.of(_place(ident)))
