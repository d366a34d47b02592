"""What a phone tells of activities and postings: it takes effect once, can be put right, and stands after a rebuild."""

from __future__ import annotations

from typing import Any

from doorknock.db import db
from doorknock.tasks.models import Activity, Posting
from tests.hefeng import GRID_A, Hefeng

MEETING = {"kind": "meeting", "grid": GRID_A, "name": "坝坝会", "people": 30, "handouts": 25}
PLAQUES = {"kind": "plaque", "grid": GRID_A, "group": f"{GRID_A[:12]}001", "spot": "村口", "count": 2}


def rows(village: Hefeng, model: Any) -> list[Any]:
    with village.app.app_context():
        return list(db.session.scalars(db.select(model).order_by(model.at, model.id)))


def standing(village: Hefeng, model: Any) -> list[Any]:
    return [row for row in rows(village, model) if row.stands]


def test_an_activity_that_a_phone_tells_of_takes_effect_once(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("activity", MEETING, village.at(1))
    phone.sync()
    phone.send(list(phone.events.values()))
    [found] = rows(village, Activity)
    assert (found.kind, found.name, found.people, found.handouts) == ("meeting", "坝坝会", 30, 25)
    assert (found.grid, found.village_code, found.source, found.stands) == (GRID_A, GRID_A[:12], "phone", True)
    village.stands()


def test_a_posting_lies_in_its_group(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("posting", PLAQUES, village.at(1))
    phone.sync()
    [found] = rows(village, Posting)
    assert (found.kind, found.count, found.spot, found.group_code) == ("plaque", 2, "村口", PLAQUES["group"])
    village.stands()
