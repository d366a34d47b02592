"""A household that had been listed as several doors, in several grids, is erased: a rebuild comes out equal."""

from __future__ import annotations

from doorknock.db import db
from doorknock.places.standing import item_id
from doorknock.sync.journal import JournalLine
from tests.hefeng import GRID_A, GRID_B, Hefeng
from tests.sync.test_quarantine import accept

FIRST, SECOND = (f"01900000-0000-7000-8000-0000000000{end}" for end in ("aa", "bb"))


def erase(village: Hefeng, place: str) -> None:
    village.office("chen").post(f"/office/places/one/{place}/erase", said="1")


def merge(village: Hefeng, place: str) -> None:
    village.flask("places", "decide", item_id(place, "duplicate"), "accept", "--by", "chen")


def test_each_of_two_doors_that_workers_added_came_to_be_when_its_own_worker_said_so(village: Hefeng) -> None:
    wang, zhou = village.phone("wang"), village.phone("zhou")
    first = wang.event("place_new", {"place_id": FIRST, "grid": GRID_B}, village.at(1))
    wang.event("place_new", {"place_id": SECOND, "grid": GRID_A}, village.at(2))
    wang.event("visit", {"place_id": SECOND, "outcome": "met_covered"}, village.at(3))
    wang.sync()
    for n in range(30):
        village.visit(zhou, "1009", "nobody_home", n)
    zhou.sync()
    with village.app.app_context():
        held = db.session.query(JournalLine).filter_by(event_id=first.id).one().id
    accept(village.office("chen"), held)
    same = {"place_id": SECOND, "report": "duplicate", "duplicate_of": FIRST}
    zhou.event("place_report", same, village.at(60))
    zhou.sync()
    merge(village, SECOND)
    village.stands()
    erase(village, FIRST)
    village.stands()


def test_a_door_that_is_erased_with_the_one_in_another_grid_that_it_was_merged_into(village: Hefeng) -> None:
    zhou = village.phone("zhou")
    village.report(zhou, "1001", "duplicate", of="1009", minutes=1)
    zhou.sync()
    merge(village, village.ids["1001"])
    for n in range(20):
        village.visit(zhou, "1002", "nobody_home", 4 + n)
    zhou.event("place_new", {"place_id": FIRST, "grid": GRID_A}, village.at(30))
    same = {"place_id": FIRST, "report": "duplicate", "duplicate_of": village.ids["1001"]}
    zhou.event("place_report", same, village.at(31))
    zhou.sync()
    merge(village, FIRST)
    village.stands()
    erase(village, village.ids["1009"])
    village.stands()
