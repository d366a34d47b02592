"""The review contract, sentence by sentence: one item per place and kind, decided once, undone, worked out afresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from doorknock import clock
from doorknock.db import db
from doorknock.places.standing import Item
from tests.hefeng import VILLAGE, Hefeng, changed
from tests.wire.client import Phone
from tests.wire.lines import rfc3339, uuid7

COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def decide(village: Hefeng, item: str, verdict: str, *more: str, by: str = "chen", code: int = 0) -> str:
    return str(village.flask("places", "decide", item, verdict, *more, "--by", by, code=code))


def undo(village: Hefeng, item: str) -> None:
    village.flask("places", "undo", item, "--by", "chen")


def status(village: Hefeng, number: str) -> str:
    rows = village.phone("zhou").rows("place")
    return str(rows[village.ids[number]].data["status"])


def away(village: Hefeng, phone: Phone, number: str, minutes: float, back_on: str | None = None) -> None:
    village.visit(phone, number, "away_reported", minutes, away={"kind": "外出务工", "back_on": back_on})
    phone.sync()


def test_who_may_not_review_is_refused(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "wrong")
    phone.sync()
    item = village.item("wrong", "1001")
    for person in ("wang", "gao", "xu", "lin"):
        decide(village, item, "accept", by=person, code=1)
    assert village.figures() == changed()


def test_there_is_one_item_however_many_reports(village: Hefeng) -> None:
    wang, zhou = village.phone("wang"), village.phone("zhou")
    village.report(wang, "1001", "away", 1)
    away(village, wang, "1001", 2)
    away(village, zhou, "1001", 3)
    village.report(zhou, "1001", "wrong", 4)
    zhou.sync()
    assert sorted(village.items()) == [("away", "1001"), ("wrong", "1001")]
    assert village.figures() == changed(attempted=1, visits=2), "reported but not confirmed, it is in D"


def test_the_same_way_again_changes_nothing_and_the_other_way_is_refused(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "wrong", 1)
    phone.sync()
    item = village.item("wrong", "1001")
    decide(village, item, "accept")
    once = village.figures()
    assert once == changed(N=11, D=11)
    assert "本来就是这样定的" in decide(village, item, "accept", by="tang")
    decide(village, item, "reject", code=1)
    assert village.figures() == once
    undo(village, item)
    decide(village, item, "reject")
    decide(village, item, "accept", code=1)
    assert village.figures() == changed()
    village.stands()


def test_a_new_door_is_counted_once_accepted(village: Hefeng) -> None:
    phone = village.phone("wang")
    ident = uuid7(phone.now())
    body = {"place_id": ident, "grid": "990102103201001", "group": "990102103201001", "local_no": "9001"}
    phone.event("place_new", body, village.at(1))
    phone.event("visit", {"place_id": ident, "outcome": "met_covered"}, village.at(2))
    phone.sync()
    village.ids["9001"] = ident
    assert village.figures() == changed(pending=1, visits=1)
    item = village.item("new", "9001")
    decide(village, item, "accept")
    assert village.figures() == changed(**COVERED, N=13, D=13)
    undo(village, item)
    decide(village, item, "reject")
    assert village.figures() == changed(visits=1)
    assert status(village, "9001") == "wrong"
    village.stands()


def test_a_rejected_item_opens_again_only_for_what_was_recorded_after(village: Hefeng) -> None:
    phone, late = village.phone("wang"), village.phone("wang")
    village.report(phone, "1001", "wrong", 1)
    phone.sync()
    decide(village, village.item("wrong", "1001"), "reject")
    village.report(late, "1001", "wrong", 2)  # written before the decision, delivered after it
    late.sync()
    assert village.items() == []
    village.report(phone, "1001", "wrong")  # written now
    phone.sync()
    assert village.items() == [("wrong", "1001")]
    village.stands()


def test_voiding_the_last_report_closes_an_undecided_item(village: Hefeng) -> None:
    phone = village.phone("wang")
    first = village.visit(phone, "1001", "wrong_entry", 1)
    second = village.visit(phone, "1001", "wrong_entry", 2)
    village.void(phone, first.id, village.at(3))
    phone.sync()
    assert village.items() == [("wrong", "1001")], "one report still holds"
    item = village.item("wrong", "1001")
    village.void(phone, second.id, village.at(4))
    phone.sync()
    assert village.items() == []
    decide(village, item, "accept", code=1)
    assert village.figures() == changed()
    village.stands()


def test_voiding_a_report_does_not_undo_a_decision(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "wrong_entry", 1)
    phone.sync()
    decide(village, village.item("wrong", "1001"), "accept")
    village.void(phone, visit.id, village.at(2))
    phone.sync()
    assert village.figures() == changed(N=11, D=11)
    village.stands()


@pytest.mark.parametrize("into", ["1009", "1002"])
def test_a_merge_moves_visits_to_the_survivor_and_an_undo_brings_them_back(village: Hefeng, into: str) -> None:
    phone = village.phone("zhou")
    visit = village.visit(phone, "1001", "met_covered", 1, commitment={"method": "paper", "paper_no": "7"})
    village.visit(phone, into, "nobody_home", 2)
    village.report(phone, "1001", "duplicate", 3, of=into)
    phone.sync()
    apart = changed(**COVERED | {"attempted": 2, "visits": 2}, signed=1, offered=1)
    assert village.figures() == apart
    item = village.item("duplicate", "1001")
    decide(village, item, "accept")
    together = changed(**COVERED | {"visits": 2}, N=11, D=11, signed=1, offered=1)
    assert village.figures() == together
    phone.sync()
    grid = phone.rows("place")[village.ids[into]].grid
    assert phone.rows("visit")[visit.id].grid == grid
    undo(village, item)
    assert village.figures() == apart
    phone.sync()
    assert phone.rows("visit")[visit.id].grid == "990102103201001"
    village.stands()


def test_merges_follow_to_their_end_and_never_go_round(village: Hefeng) -> None:
    phone = village.phone("zhou")
    village.visit(phone, "1001", "met_covered", 1)
    for twin, of in (("1001", "1002"), ("1002", "1003"), ("1003", "1001")):
        village.report(phone, twin, "duplicate", 2, of=of)
    phone.sync()
    items = [village.item("duplicate", number) for number in ("1001", "1002", "1003")]
    decide(village, items[0], "accept")
    decide(village, items[1], "accept")
    decide(village, items[2], "accept", code=1)
    assert village.figures() == changed(**COVERED, N=10, D=10)
    undo(village, items[1])
    assert village.figures() == changed(**COVERED, N=11, D=11)
    village.stands()


def test_a_duplicate_of_nothing_asks_which_place_stays(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "duplicate", 1)
    phone.sync()
    item = village.item("duplicate", "1001")
    decide(village, item, "accept", code=1)
    decide(village, item, "accept", "--into", village.ids["1001"], code=1)
    decide(village, item, "accept", "--into", village.ids["1006"])
    assert village.figures() == changed(N=11, D=11)
    village.stands()


def test_an_away_place_wakes_by_itself_on_the_day_it_named(village: Hefeng) -> None:
    phone = village.phone("wang")
    day = clock.today() + timedelta(days=3)
    village.visit(phone, "1002", "met_covered", 1)
    away(village, phone, "1002", 2, day.isoformat())
    decide(village, village.item("away", "1002"), "accept")
    assert village.figures() == changed(N=12, D=11, away=1, visits=2)
    with clock.pinned(clock.start_of(day) - timedelta(seconds=1)):
        assert village.figures()["away"] == 1
    with clock.pinned(clock.start_of(day)):
        assert village.figures() == changed(**COVERED | {"visits": 2})
        assert village.items() == []
        phone.sync()
        assert phone.rows("place")[village.ids["1002"]].data["status"] == "active"
        village.stands()


def test_who_is_met_at_an_away_place_asks_whether_they_are_back(village: Hefeng) -> None:
    phone = village.phone("wang")
    away(village, phone, "1001", 1)
    item = village.item("away", "1001")
    decide(village, item, "accept")
    village.visit(phone, "1001", "nobody_home", 2)
    phone.sync()
    assert village.items() == [], "nobody home says nothing"
    village.visit(phone, "1001", "remote_covered", 3)
    phone.sync()
    assert village.items() == [("back", "1001")]
    back = village.item("back", "1001")
    decide(village, back, "accept")
    assert status(village, "1001") == "active"
    assert village.figures() == changed(attempted=1, covered=1, closed=1, visits=3)
    undo(village, back)
    assert status(village, "1001") == "away"
    decide(village, back, "reject")
    assert village.items() == []
    later = rfc3339(datetime.now(UTC) + timedelta(seconds=2))
    phone.event("visit", {"place_id": village.ids["1001"], "outcome": "met_later"}, later)
    phone.sync()
    assert village.items() == [("back", "1001")], "met again after the decision"
    village.stands()


def test_an_undone_decision_stands_open_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    away(village, phone, "1001", 1)
    item = village.item("away", "1001")
    decide(village, item, "accept")
    undo(village, item)
    assert village.items() == [("away", "1001")]
    undo(village, item)  # nothing left to undo, and no harm
    with village.app.app_context():
        assert {i.status for i in db.session.query(Item).filter_by(village_code=VILLAGE)} == {"open"}
    village.stands()
