"""What tells of an erased household only through something else: a held visit, a question, an id that is another's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from doorknock.db import db
from doorknock.sync.journal import JournalLine
from tests.faults import evidence
from tests.hefeng import GRID_A, Hefeng, changed
from tests.privacy.test_erase import WORDS, door, erased, everything
from tests.wire.client import Phone

NEW = "01a20000-0000-7000-8000-000000000077"


def words_left(village: Hefeng) -> list[str]:
    """Those of the planted words that still stand somewhere."""
    left = everything(village)
    return [word for word in WORDS if word in left]


def test_why_a_held_visit_was_voided_goes_with_it_and_so_does_what_corrected_that(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1009", "met_covered", 1, note="怕狗")
    bad = {"supersedes": visit.id, "place_id": village.ids["1009"], "outcome": "怎么说呢", "note": "旧门楼"}
    second = phone.event("correction", bad, village.at(2))
    phone.event("correction", {"supersedes": second.id, "void": True, "reason": "老王家走错了"}, village.at(3))
    phone.sync()
    said = {"怕狗", "旧门楼", "老王家"}
    assert said <= set(words_left(village))
    erased(village, number="1009")
    assert not said & set(words_left(village))
    assert phone.sync().attention == []
    village.stands()


def test_words_where_none_belong_go_with_the_others(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, app={"installed_now": 1, "who": "老王家"})
    odd = {"place_id": village.ids["1001"], "outcome": "怕狗", "campaign_id": "旧门楼", "adults_listened": "老王家"}
    phone.event("visit", odd, village.at(2))
    assert phone.sync().attention == [(2, "bad_body")]
    assert {"怕狗", "旧门楼", "老王家"} <= set(words_left(village))
    erased(village)
    assert words_left(village) == []
    village.stands()


def test_why_a_second_line_under_a_taken_number_was_voided_goes_with_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "nobody_home", 1)
    phone.sync()
    copy = Phone(phone.door, token=phone.token, device_id=phone.device_id)
    visit = village.visit(copy, "1001", "met_covered", 2, note="怕狗")
    copy.event("correction", {"supersedes": visit.id, "void": True, "reason": "老王家走错了"}, village.at(3))
    copy.send(list(copy.events.values()))
    erased(village)
    assert words_left(village) == []


def test_a_late_answer_to_a_question_about_it_is_not_kept(village: Hefeng) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    chen.post(f"/office/asks/new/{village.ids['1001']}", to=phone.worker["id"], question="王水根家说好了吗")
    phone.sync()
    (ask,) = phone.rows("ask")
    phone.event("explanation", {"item_id": ask, "text": "已经说好"})
    erased(village)
    assert phone.sync().attention == []
    assert words_left(village) == []
    village.stands()


def test_another_fact_about_it_under_the_id_of_a_neighbours_visit_goes_and_the_visit_stays(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, note="爱听故事")
    late = village.visit(phone, "1003", "met_covered", 2, note="爱听广播")
    phone.sync()
    here = {"place_id": village.ids["1001"], "outcome": "met_covered", "note": "怕狗"}
    phone.event("visit", here, village.at(1), fact_id=visit.id)
    phone.sync()
    erased(village)
    assert words_left(village) == []
    phone.event("visit", here, village.at(2), fact_id=late.id)
    answer = phone.sync()
    assert words_left(village) == []
    assert answer.attention == []
    assert not {visit.id, late.id} & set(answer.head["forget"]), "the neighbours' visits stay where they are"
    renewed = phone.renewed()[1]
    renewed.refrozen_from(phone)
    renewed.sync()
    village.correct(other, visit.id, "1002", "met_declined", village.at(4))
    other.sync()
    with village.app.app_context():
        assert evidence._rows(GRID_A).keys() == evidence._feed(GRID_A).keys()
        repeated = select(JournalLine.state).where(JournalLine.event_id == visit.id).order_by(JournalLine.received_at)
        assert list(db.session.scalars(repeated))[:2] == ["applied", "erased"]
    assert village.figures() == changed(
        N=11, D=11, attempted=2, met=2, covered=1, declined=1, closed=2, visits=2
    )  # fmt: skip
    assert "爱听故事" in everything(village)
    assert "爱听广播" in everything(village)
    village.office("chen").get(door(village, "1002"))
    village.stands()


@pytest.mark.parametrize("own", ["report", "edit", "new"])
def test_another_fact_about_it_under_the_id_of_what_a_neighbour_was_reported_or_changed_for_goes_and_that_stays(
    village: Hefeng, own: str
) -> None:
    phone = village.phone("wang")
    neighbour = village.ids["1002"]
    body: dict[str, tuple[str, dict[str, object]]] = {
        "report": ("place_report", {"place_id": neighbour, "report": "away"}),
        "edit": ("place_edit", {"place_id": neighbour, "landmark": "井边"}),
        "new": ("place_new", {"place_id": NEW, "grid": GRID_A, "contact_name": "方小兰"}),
    }  # fmt: skip
    first = phone.event(*body[own], village.at(1))
    here = {"place_id": village.ids["1001"], "outcome": "met_covered", "note": "怕狗"}
    phone.event("visit", here, village.at(2), fact_id=first.id)
    assert phone.sync().attention == [(2, "body_differs")]
    erased(village)
    assert words_left(village) == []
    village.stands()


LOST = "ab" * 32


def test_that_a_photo_of_it_was_lost_is_forgotten_with_it_and_by_its_phone(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1, photos=[LOST])
    phone.sync()
    loss = phone.event("photo_lost", {"sha256": LOST}, village.at(2))
    phone.sync()
    assert LOST in everything(village)
    erased(village)
    assert LOST not in everything(village)
    assert {visit.id, loss.id} <= set(phone.sync().head["forget"])
    village.stands()


@pytest.mark.parametrize("late", [False, True])
def test_nor_does_it_stay_where_it_came_a_second_time_under_a_taken_number(village: Hefeng, *, late: bool) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, photos=[LOST])
    phone.sync()
    copy = Phone(phone.door, token=phone.token, device_id=phone.device_id)
    copy.event("photo_lost", {"sha256": LOST}, village.at(2))
    if not late:
        copy.send(list(copy.events.values()))
    erased(village)
    if late:
        copy.send(list(copy.events.values()))
    assert LOST not in everything(village)


def test_a_photo_of_it_that_is_said_to_be_lost_afterwards_is_not_noted(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, photos=[LOST])
    phone.sync()
    erased(village)
    loss = phone.event("photo_lost", {"sha256": LOST}, village.at(2))
    answer = phone.sync()
    assert answer.attention == []
    assert loss.id in phone.sync().head["forget"]
    assert LOST not in everything(village)
    village.stands()


def test_a_lost_photo_that_a_neighbours_visit_names_as_well_stays_lost(village: Hefeng) -> None:
    phone = village.phone("wang")
    for number, minute in (("1001", 1), ("1002", 2)):
        village.visit(phone, number, "met_covered", minute, photos=[LOST])
    phone.event("photo_lost", {"sha256": LOST}, village.at(3))
    assert phone.sync().head["blobs_wanted"] == []
    erased(village)
    assert LOST in everything(village)
    assert phone.sync().head["blobs_wanted"] == []
    village.stands()
