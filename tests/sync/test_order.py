"""A rebuild replays no act before what it names, and each in the grid where it took effect then.

So each act is numbered in every grid that it reads or moves to.
"""

from __future__ import annotations

from doorknock import web
from doorknock.db import db
from doorknock.people.models import assign, by_username
from doorknock.places import edits
from doorknock.places.models import Place
from tests.hefeng import GRID_A, GRID_B, Hefeng
from tests.wire.client import Phone

NEW = "01900000-0000-7000-8000-0000000000aa"
THIRD_GROUP = "990102103201003"
"""Of the other grid than the first two."""


def busy(village: Hefeng, phone: Phone, number: str) -> None:
    """A grid in which much was done has higher numbers than one in which nothing was."""
    for n in range(20):
        village.visit(phone, number, "nobody_home", n)
    phone.sync()


def test_a_report_comes_after_the_door_in_another_grid_that_it_names(village: Hefeng) -> None:
    phone = village.phone("zhou")
    busy(village, phone, "1009")
    phone.event("place_new", {"place_id": NEW, "grid": GRID_B}, village.at(30))
    same = {"place_id": village.ids["1001"], "report": "duplicate", "duplicate_of": NEW}
    phone.event("place_report", same, village.at(31))
    assert phone.sync().attention == []
    assert ("duplicate", "1001") in village.items()
    village.stands()


def test_what_is_done_at_a_door_comes_after_the_worker_put_it_into_a_group_of_another_grid(village: Hefeng) -> None:
    phone = village.phone("zhou")
    visit = village.visit(phone, "1001", "met_covered", 0)
    busy(village, phone, "1002")
    group = {"place_id": village.ids["1001"], "group": THIRD_GROUP, "nickname": "老王家"}
    phone.event("place_edit", group, village.at(40))
    phone.sync()
    village.void(phone, visit.id, village.at(41))
    assert phone.sync().attention == []
    with village.app.app_context():
        place, chen = db.session.get_one(Place, ("990102", village.ids["1001"])), by_username("chen")
        assert chen is not None
        assert place.grid == GRID_B != GRID_A
        edits.change(place, {"nickname": "王家"}, by=chen.id)
        web.commit()
    village.stands()


def test_a_new_door_of_a_worker_who_has_other_grids_since_lies_where_he_worked_then(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("place_new", {"place_id": NEW}, village.at(1))
    phone.event("visit", {"place_id": NEW, "outcome": "met_covered"}, village.at(2))
    assert phone.sync().attention == []
    with village.app.app_context():
        wang = by_username("wang")
        assert wang is not None
        assign(wang, [GRID_B], first=False)
        web.commit()
    village.stands()
