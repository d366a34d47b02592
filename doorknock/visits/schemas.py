"""What a phone may say of a visit."""

from __future__ import annotations

from marshmallow import fields, validate

from doorknock.fields import Answers, Body, Choice, Count, Day, Flag, Moment, Sha, Text, Uuid
from doorknock.places.schemas import Away, Geo
from doorknock.visits.fold import OUTCOMES
from doorknock.visits.models import MODES, SLOTS
from doorknock.words import lazy


class App(Body):
    """Adults asked, by answer."""

    installed_before = Count()
    installed_now = Count()
    wants_later = Count()
    declined = Count()
    no_smartphone = Count()


class MaterialGiven(Body):
    """So many of one material."""

    material = Text(60, required=True)
    quantity = Count()
    batch = Text(60)


class Quiz(Body):
    """Questions asked at the door, and right answers."""

    asked = Count()
    correct = Count()


class NextTry(Body):
    """When to come again."""

    slot = Choice(SLOTS)
    date = Day()


class VisitBody(Body):
    """A whole visit; the commitment is added where both rooms are known."""

    place_id = Uuid(required=True)
    campaign_id = Text(60)
    mode = Choice(MODES)
    outcome = Choice(OUTCOMES, required=True)
    visited_at = Moment()
    adults_listened = Count(999)
    app = fields.Nested(App, allow_none=True)
    materials = fields.List(fields.Nested(MaterialGiven), allow_none=True)
    quiz = fields.Nested(Quiz, allow_none=True)
    answers = Answers(allow_none=True)
    away = fields.Nested(Away, allow_none=True)
    do_not_return = Flag()
    next_try = fields.Nested(NextTry, allow_none=True)
    note = Text(100)
    photos = fields.List(Sha(), allow_none=True, validate=validate.Length(max=3, error=lazy("最多 3 个")))
    geo = fields.Nested(Geo, allow_none=True)
    receipt_code = Text(60)
    started_at = Moment()
