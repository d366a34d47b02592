"""What goes along with a merge, as a fragment for the review page."""

from __future__ import annotations

from flask import Blueprint, render_template

from doorknock.access import needs
from doorknock.commitments import moving
from doorknock.places.choosing import place_of, place_region

door = Blueprint("moving", __name__, url_prefix="/office/moving")


@door.get("/<ident>")
@needs("review", place_region)
def of_place(ident: str) -> str:
    """How much goes along when this door is merged into another."""
    return render_template("commitments/_moving.html", moving=moving.of(place_of(ident)))
