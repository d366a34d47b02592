"""An older copy of the database is put back: what was erased since is erased in it too, however things stood then."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorknock import web
from doorknock.changes import GridHead
from doorknock.db import db
from doorknock.privacy import erase
from doorknock.sync.journal import JournalLine
from tests.faults import evidence
from tests.hefeng import GRID_A, GRID_B, Hefeng, changed
from tests.privacy.test_erase import Copied, copy_of_everything, erased, everything, put_back
from tests.sync.test_quarantine import accept

NEW = "01900000-0000-7000-8000-0000000000aa"


def copied(village: Hefeng) -> Copied:
    """The database as it stands now, for later."""
    with village.app.app_context():
        return copy_of_everything()


def put_back_and_erased_again(village: Hefeng, rows: Copied) -> None:
    """That copy in the place of the database, and what the list beside it makes of it."""
    with village.app.app_context():
        put_back(rows)
        erase.replay()
        web.commit()
        assert evidence._rows(GRID_A).keys() == evidence._feed(GRID_A).keys()
        assert evidence._rows(GRID_B).keys() == evidence._feed(GRID_B).keys()


def list_of(village: Hefeng) -> str:
    """The list of erasures beside the database."""
    return (Path(village.app.config["DATA_DIR"]) / "erasures.jsonl").read_text(encoding="utf-8")


def test_a_new_door_that_was_still_held_says_no_word_and_the_visit_that_waits_for_it_counts(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("li")
    new = phone.event("place_new", {"place_id": NEW, "grid": GRID_B, "contact_name": "新来的人"}, village.at(1))
    other.event("visit", {"place_id": NEW, "outcome": "met_covered", "note": "怕狗"}, village.at(2))
    assert phone.sync().attention == [(1, "out_of_scope")]
    assert other.sync().attention == [(1, "unknown_place")]
    rows = copied(village)
    with village.app.app_context():
        held = db.session.query(JournalLine.id).filter_by(event_id=new.id).scalar()
    accept(village.office("chen"), held)
    village.office("chen").post(f"/office/places/one/{NEW}/erase", said="1")
    put_back_and_erased_again(village, rows)
    left = everything(village)
    assert ("新来的人" in left, "怕狗" in left) == (False, False)
    assert village.figures() == changed(visits=1), "it need not wait any longer"
    assert (phone.sync().attention, other.sync().attention) == ([], [])
    village.stands()


def test_a_visit_that_stood_at_a_neighbours_door_says_no_word_there(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, note="怕狗", commitment={"method": "paper"})
    phone.sync()
    rows = copied(village)
    assert village.figures()["signed"] == 1
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    phone.sync()
    erased(village)
    put_back_and_erased_again(village, rows)
    assert "怕狗" not in everything(village)
    assert village.figures()["signed"] == 0
    assert visit.id not in village.phone("wang").rows("visit")
    village.stands()
    phone.sync()
    assert village.figures() == changed(N=11, D=11, visits=1), "the phone brings the correction again"
    assert "怕狗" not in everything(village)
    village.stands()


@pytest.mark.parametrize("number", ["1001", "1002"])
def test_a_neighbour_with_whom_it_was_merged_by_mistake_then_is_not_erased(village: Hefeng, number: str) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "duplicate", of="1001", minutes=1)
    village.visit(phone, "1001", "met_covered", 2, note="1001家的话")
    village.visit(phone, "1002", "met_covered", 2, note="1002家的话")
    phone.sync()
    item = village.item("duplicate", "1002")
    village.flask("places", "decide", item, "accept", "--by", "chen")
    rows = copied(village)
    village.flask("places", "undo", item, "--by", "chen")
    erased(village, number=number)
    put_back_and_erased_again(village, rows)
    left = everything(village)
    stays = "1002" if number == "1001" else "1001"
    assert (f"{number}家的话" in left, f"{stays}家的话" in left) == (False, True)
    assert ("王水根" in left, "李长山" in left) == (number == "1002", number == "1001")
    assert village.figures() == changed(N=11, D=11, attempted=1, met=1, covered=1, closed=1, visits=2)
    village.stands()


def test_what_a_late_correction_took_from_a_neighbour_does_not_come_back(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1, note="怕狗")
    phone.sync()
    rows = copied(village)
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    erased(village)
    phone.sync()
    put_back_and_erased_again(village, rows)
    assert "怕狗" not in everything(village)
    village.stands()


def test_what_waited_for_a_late_visit_does_not_come_back(village: Hefeng) -> None:
    late, other = village.phone("wang"), village.phone("wang")
    visit = village.visit(late, "1001", "met_covered", 1)
    other.event("correction", {"supersedes": visit.id, "void": True, "reason": "怕狗，走错了"}, village.at(2))
    assert other.sync().attention == [(1, "unknown_visit")]
    rows = copied(village)
    erased(village)
    late.sync()
    assert "怕狗" not in everything(village)
    put_back_and_erased_again(village, rows)
    assert "怕狗" not in everything(village)
    village.stands()


def test_the_list_says_a_late_line_once_and_holds_no_word_of_it(village: Hefeng) -> None:
    late = village.phone("wang")
    village.visit(late, "1001", "met_covered", 1, note="怕狗")
    erased(village)
    before = list_of(village).count("\n")
    late.sync()
    assert list_of(village).count("\n") == before + 1
    renewed = late.renewed()[1]
    renewed.refrozen_from(late)
    renewed.sync()
    assert list_of(village).count("\n") == before + 1
    assert "怕狗" not in list_of(village)


def test_a_list_that_was_carried_out_moves_no_row_when_it_is_replayed(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1002", "met_covered", 1)
    phone.sync()
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    erased(village)
    phone.sync()
    with village.app.app_context():
        before = sorted(db.session.query(GridHead.grid, GridHead.seq).all())
        assert erase.replay() == 0
        web.commit()
        assert sorted(db.session.query(GridHead.grid, GridHead.seq).all()) == before
