"""Doors that may be the same household: in this village, of the same name or with the same number to call."""

from __future__ import annotations

import re

from sqlalchemy import or_, select

from doorknock.db import db
from doorknock.places.models import Place, by_ids, folded

MOST = 5


def of(place: Place) -> list[Place]:
    """Other doors of the village with the same name (NFKC, without spaces) or the same phone, in roster order."""
    name, phone = folded(place.contact_name), _digits(place.phone)
    if not name and not phone:
        return []
    here = (Place.county == place.county) & (Place.village_code == place.village_code) & (Place.id != place.id)
    known = or_(Place.contact_name.is_not(None), Place.phone.is_not(None))
    query = select(Place.id, Place.contact_name, Place.phone).where(here, known, Place.status != "merged")
    same = [
        ident
        for ident, called, number in db.session.execute(query.order_by(Place.row_order, Place.id))
        if (name and folded(called) == name) or (phone and _digits(number) == phone)
    ]
    found = by_ids(place.county, same[:MOST])
    return [found[ident] for ident in same[:MOST]]


def _digits(number: str | None) -> str:
    """A number to call without what people write between its digits; "" where it is too short to tell doors apart."""
    digits = re.sub(r"\D", "", folded(number))
    return digits if len(digits) >= 7 else ""
