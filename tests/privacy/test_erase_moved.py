"""A correction names an erased door: the visit that it corrects is that household's, in whatever order they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doorknock import clock
from doorknock.db import new_id
from tests.hefeng import Hefeng, changed
from tests.privacy.test_erase import door, erased, everything
from tests.wire.lines import freeze

if TYPE_CHECKING:
    from tests.wire.client import Phone


@pytest.mark.parametrize("erased_first", [True, False])
def test_a_visit_that_comes_after_its_correction_to_an_erased_door_keeps_no_word(
    village: Hefeng, *, erased_first: bool
) -> None:
    first, second = village.phone("wang"), village.phone("wang")
    visit = village.visit(first, "1002", "met_covered", 1, note="怕狗")
    village.correct(second, visit.id, "1001", "met_covered", village.at(2))
    if erased_first:
        erased(village)
        assert second.sync().attention == []
    else:
        assert second.sync().attention == [(1, "unknown_visit")]
        erased(village)
        assert second.sync().attention == [], "it waits, and asks for no eyes"
    first.sync()
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


def test_all_phones_that_wrote_of_it_are_told_to_forget_what_a_late_correction_moves_there(village: Hefeng) -> None:
    first, second, third = village.phone("wang"), village.phone("wang"), village.phone("wang")
    visit = village.visit(first, "1002", "met_covered", 1, note="怕狗")
    first.sync()
    again = village.correct(second, visit.id, "1003", "met_later", village.at(2))
    second.sync()
    last = village.correct(third, again.id, "1001", "met_covered", village.at(3))
    erased(village)
    assert last.id in third.sync().head["forget"]
    assert visit.id in first.sync().head["forget"]
    assert again.id in second.sync().head["forget"]
    assert not {visit.id, again.id, last.id} & second.rows("visit").keys()
    assert "怕狗" not in everything(village)


def heard_and_erased(village: Hefeng, phone: Phone, *, late: bool) -> None:
    """The household is erased after the phone has said what it has; ``late``: before."""
    if late:
        erased(village)
    phone.sync()
    if not late:
        erased(village)


@pytest.mark.parametrize("late", [True, False])
def test_a_held_visit_that_was_corrected_to_the_erased_door_keeps_no_word(village: Hefeng, *, late: bool) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1009", "met_covered", 1, note="怕狗")
    assert phone.sync().attention == [(1, "out_of_scope")]
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    heard_and_erased(village, phone, late=late)
    assert visit.id in phone.sync().head["forget"]
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


@pytest.mark.parametrize("late", [True, False])
def test_what_the_office_took_back_at_the_door_where_it_stood_before_goes_for_good(
    village: Hefeng, *, late: bool
) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, commitment={"method": "oral"})
    phone.sync()
    chen = village.office("chen")
    chen.post(f"{door(village, '1002')}/withdraw", commitment=visit.id, day=clock.today().isoformat())
    village.correct(phone, visit.id, "1001", "met_covered", village.at(3))
    heard_and_erased(village, phone, late=late)
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


def test_a_photo_that_a_neighbours_visit_names_as_well_is_still_asked_for(village: Hefeng) -> None:
    phone = village.phone("wang")
    both, own = "ab" * 32, "cd" * 32
    visit = village.visit(phone, "1002", "met_covered", 1, photos=[both, own])
    village.visit(phone, "1003", "met_covered", 2, photos=[both])
    phone.sync()
    erased(village)
    village.correct(phone, visit.id, "1001", "met_covered", village.at(3))
    assert phone.sync().head["blobs_wanted"] == [both]


def test_a_lost_photo_of_a_visit_that_turns_out_to_be_its_own_is_forgotten_too(village: Hefeng) -> None:
    phone = village.phone("wang")
    gone = "ab" * 32
    visit = village.visit(phone, "1002", "met_covered", 1, photos=[gone])
    loss = phone.event("photo_lost", {"sha256": gone}, village.at(2))
    phone.sync()
    erased(village)
    assert gone in everything(village)
    village.correct(phone, visit.id, "1001", "met_covered", village.at(3))
    phone.sync()
    assert gone not in everything(village)
    assert {visit.id, loss.id} <= set(phone.sync().head["forget"])
    village.stands()


@pytest.mark.parametrize("with_the_visit", [True, False])
def test_a_late_earlier_correction_to_a_neighbour_keeps_no_word_where_the_visit_stands_at_the_erased_door(
    village: Hefeng, *, with_the_visit: bool
) -> None:
    first, second = village.phone("wang"), village.phone("wang")
    visit = village.visit(first, "1002", "met_covered", 1)
    if not with_the_visit:
        first.sync()
    village.correct(second, visit.id, "1001", "met_covered", village.at(5))
    second.sync()
    erased(village)
    body = {"supersedes": visit.id, "place_id": village.ids["1003"], "outcome": "met_later", "note": "怕狗"}
    late = first.event("correction", body, village.at(3))
    first.sync()
    assert "怕狗" not in everything(village)
    assert late.id in first.sync().head["forget"]
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


def test_a_late_last_correction_to_a_neighbour_is_the_neighbours(village: Hefeng) -> None:
    first, second = village.phone("wang"), village.phone("wang")
    visit = village.visit(first, "1002", "met_covered", 1)
    first.sync()
    village.correct(second, visit.id, "1001", "met_covered", village.at(3))
    second.sync()
    erased(village)
    body = {"supersedes": visit.id, "place_id": village.ids["1003"], "outcome": "met_later", "note": "下午再来"}
    late = first.event("correction", body, village.at(5))
    first.sync()
    assert "下午再来" in everything(village)
    assert late.id not in first.sync().head["forget"]
    village.stands()


def test_a_void_behind_the_visit_for_which_its_correction_to_the_erased_door_waited_says_no_reason(
    village: Hefeng,
) -> None:
    first, second = village.phone("wang"), village.phone("wang")
    visit = village.visit(first, "1002", "met_covered", 1)
    village.correct(second, visit.id, "1001", "met_covered", village.at(5))
    second.sync()
    erased(village)
    void = first.event("correction", {"supersedes": visit.id, "void": True, "reason": "怕狗"}, village.at(3))
    first.sync()
    assert "怕狗" not in everything(village)
    assert void.id in first.sync().head["forget"]
    village.stands()


def test_a_held_void_of_a_visit_that_turns_out_to_be_its_own_says_no_reason(village: Hefeng) -> None:
    first, other = village.phone("wang"), village.phone("li")
    visit = village.visit(first, "1002", "met_covered", 1)
    first.sync()
    void = other.event("correction", {"supersedes": visit.id, "void": True, "reason": "怕狗"}, village.at(2))
    assert len(other.sync().attention) == 1
    erased(village)
    village.correct(first, visit.id, "1001", "met_covered", village.at(5))
    first.sync()
    assert "怕狗" not in everything(village)
    assert void.id in other.sync().head["forget"]
    village.stands()


def test_another_fact_beside_a_taken_number_says_no_more_of_a_visit_that_turns_out_to_be_its_own(
    village: Hefeng,
) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1)
    phone.sync()
    told = {"supersedes": visit.id, "void": True, "reason": "怕狗"}
    beside = freeze(1, "0" * 64, phone.facts[1] | {"id": new_id(), "kind": "correction", "body": told})
    phone.send([beside])
    erased(village)
    assert "怕狗" in everything(village)
    village.correct(phone, visit.id, "1001", "met_covered", village.at(5))
    phone.sync()
    assert "怕狗" not in everything(village)
    village.stands()
