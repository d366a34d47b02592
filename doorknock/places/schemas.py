"""What a phone may say of a place."""

from __future__ import annotations

from marshmallow import fields

from doorknock.fields import Body, Choice, Count, Day, Number, Text, Uuid
from doorknock.places.models import KINDS

REPORTS = ("away", "wrong", "duplicate")


class Geo(Body):
    """One point, WGS-84."""

    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    accuracy = Number(0, 1_000_000)
    crs = Text(20)


class Away(Body):
    """Why nobody lives there for long, and when they come back."""

    kind = Text(20)
    back_on = Day()


class Address(Body):
    """The parts of an address; what is absent stays as it is."""

    settlement = Text(60)
    lane = Text(60)
    door = Text(60)
    building = Text(30)
    unit = Text(30)
    floor = Text(30)
    room = Text(30)


class PlaceFields(Body):
    """The fields of a place that a worker may fill or correct."""

    kind = Choice(KINDS)
    group = Text(15)
    lane = Text(60)
    local_no = Text(6)
    row_order = Count(1_000_000)
    landmark = Text(40)
    contact_name = Text(60)
    nickname = Text(40)
    phone = Text(40)
    adults = Count(999)
    needs = fields.List(Text(20), allow_none=True)
    geo = fields.Nested(Geo, allow_none=True)
    address = fields.Nested(Address, allow_none=True)


class PlaceNew(PlaceFields):
    """A door that is not on the roster."""

    place_id = Uuid(required=True)
    grid = Text(15)
    parent_place_id = Uuid()


class PlaceEdit(PlaceFields):
    """Only the changed fields."""

    place_id = Uuid(required=True)


class PlaceReport(Body):
    """The roster is wrong about this door."""

    place_id = Uuid(required=True)
    report = Choice(REPORTS, required=True)
    duplicate_of = Uuid()
    away = fields.Nested(Away, allow_none=True)
