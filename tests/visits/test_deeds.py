"""Staff void and move visits with a reason, under their own name; nothing is edited in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people.models import by_username
from doorknock.visits import deeds
from doorknock.visits.models import Visit
from tests.hefeng import Hefeng, changed, plain
from tests.wire.lines import rfc3339

COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def test_who_may_not_void_is_refused(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    for person in ("gao", "xu", "lin"):  # police, county, the cadre of 柳溪村
        village.office(person).post(f"/office/visits/{visit.id}/void", status=403, reason="点错了")
    village.office("chen").post(f"/office/visits/{visit.id}/void", status=409, reason="  ")
    assert village.figures() == changed(**COVERED)


def test_a_voided_visit_stays_in_the_history_and_counts_nowhere(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    chen = village.office("chen")
    chen.post(f"/office/visits/{visit.id}/void", reason="点错了")
    assert village.figures() == changed()
    history = plain(chen.get(f"/office/visits/of/{village.ids['1001']}", htmx=True))
    assert "讲了 作废了，不算数" in history
    assert "作废了前一条 点错了 工作台 陈秀英" in history
    phone.sync()
    assert phone.rows("visit")[visit.id].data["superseded_by"] is not None
    with village.app.app_context():
        row = db.session.query(Visit).filter_by(void=True).one()
        person = by_username("chen")
        assert (row.worker_id, row.source, row.reason) == (person and person.id, "staff", "点错了")
    chen.post(f"/office/visits/{visit.id}/void", status=409, reason="再来一次")
    village.stands()


def test_a_moved_visit_counts_at_the_other_door_with_its_promise(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("li")
    signed = {"version": "1", "method": "paper", "paper_no": "0007"}
    visit = village.visit(phone, "1001", "met_covered", 1, commitment=signed)
    phone.sync()
    village.office("tang").post(f"/office/visits/{visit.id}/move", to="三组1号", reason="记错门了")
    # 1009 lies in the other grid; figures of the village as a whole stay as they were, one door over.
    assert village.figures() == changed(**COVERED, signed=1, offered=1)
    node = village.flask("coverage", "show", "--region", "990102103201003", "--json")
    assert (node["covered"], node["signed"], node["visits"]) == (1, 1, 1)
    other.sync()
    phone.sync()
    moved = [r for r in other.rows("visit").values() if r.data["superseded_by"] is None]
    assert [(r.data["place_id"], r.data["source"]) for r in moved] == [(village.ids["1009"], "staff")]
    assert {r.data["method"] for r in other.rows("commitment").values()} == {"paper"}
    village.stands()


def test_nothing_is_moved_to_an_erased_door_nor_voided_at_one(village: Hefeng) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    stays, erased = (village.visit(phone, door, "met_covered", i) for i, door in enumerate(("1001", "1002"), 1))
    phone.sync()
    chen.post(f"/office/places/one/{village.ids['1002']}/erase", said="1")
    before = village.figures()
    with village.app.app_context():
        one, other = (db.session.query(Visit).filter_by(id=each.id).one() for each in (stays, erased))
        attempts: list[Callable[[], Visit]] = [
            lambda: deeds.move(one, village.ids["1002"], by="chen", reason="记错门了"),
            lambda: deeds.move(other, village.ids["1001"], by="chen", reason="记错门了"),
            lambda: deeds.void(other, by="chen", reason="点错了"),
        ]
        for attempt in attempts:
            with pytest.raises(Refused, match="住户要求删掉了"):
                attempt()
            db.session.rollback()
    assert village.figures() == before
    village.stands()


def test_what_was_taken_back_does_not_come_back_with_a_move(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, commitment={"method": "paper", "paper_no": "0007"})
    phone.event("commitment_withdrawal", {"commitment_id": visit.id}, village.at(2))
    phone.sync()
    village.office("chen").post(f"/office/visits/{visit.id}/move", to="1002", reason="记错门了")
    assert village.figures() == changed(**COVERED)
    village.stands()


def test_a_door_that_nobody_knows_is_asked_for_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    chen = village.office("chen")
    refused = chen.post(f"/office/visits/{visit.id}/move", status=409, to="七组1号", reason="记错门了")
    assert "没有找到要改到的那一户" in refused.text
    chen.post(f"/office/visits/{visit.id}/move", status=409, to="1001", reason="记错门了")
    assert village.figures() == changed(**COVERED)


def test_a_later_correction_of_the_worker_supersedes_what_staff_did(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    village.office("chen").post(f"/office/visits/{visit.id}/void", reason="点错了")
    earlier = village.correct(phone, visit.id, "1001", "met_declined", village.at(2))
    phone.sync()
    assert village.figures() == changed(), "recorded before the void, it loses"
    later = rfc3339(datetime.now(UTC) + timedelta(seconds=30))
    village.correct(phone, earlier.id, "1001", "nobody_home", later)
    phone.sync()
    assert village.figures() == changed(attempted=1, visits=1)
    village.stands()


def test_a_visit_from_a_fast_clock_is_voided_all_the_same(village: Hefeng) -> None:
    phone = village.phone("wang")
    ahead = rfc3339(datetime.now(UTC) + timedelta(minutes=5))
    visit = phone.event("visit", {"place_id": village.ids["1001"], "outcome": "met_covered"}, ahead)
    phone.sync()
    village.office("chen").post(f"/office/visits/{visit.id}/void", reason="点错了")
    assert village.figures() == changed()
    village.stands()


def test_voiding_the_last_report_closes_an_undecided_item(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "away_reported", 1, away={"kind": "外出务工"})
    phone.sync()
    assert village.items() == [("away", "1001")]
    village.office("chen").post(f"/office/visits/{visit.id}/void", reason="人在家")
    assert village.items() == []
    village.stands()


def test_the_town_reads_the_history_without_names(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "nobody_home", 1)
    phone.sync()
    address = f"/office/visits/of/{village.ids['1001']}"
    assert "王建国" in village.office("chen").get(address, htmx=True)
    seen = village.office("tang").get(address, htmx=True)
    assert "王建国" not in seen
    assert "网格员" in seen
    village.office("gao").get(address, status=403)
