"""One household asks to be erased: it is gone everywhere, the work done still counts, and nothing brings it back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from doorknock import clock, shelf, web
from doorknock.audit import AuditLine
from doorknock.db import Base, db
from doorknock.people.devices import Device
from doorknock.places import moving
from doorknock.places.models import Place
from doorknock.privacy import erase, erasures
from doorknock.visits.models import Visit
from tests.hefeng import GRID_A, GRID_B, Hefeng, changed, plain
from tests.wire.client import Phone
from tests.wire.roster import HEFENG

WORDS = ("王水根", "13900000001", "怕狗", "老王家", "旧门楼", "水根本人", "已经说好")
"""What is planted about the household of 一组1号, by every way in which something can be said of it."""
PHOTO = b"\xff\xd8\xff\xe0 a photo of a leaflet"


def door(village: Hefeng, number: str = "1001") -> str:
    return f"/office/places/one/{village.ids[number]}"


def erased(village: Hefeng, person: str = "chen", number: str = "1001") -> None:
    village.office(person).post(f"{door(village, number)}/erase", said="1")


def lived_in(village: Hefeng) -> Phone:
    """一组1号 with everything: visit, correction, commitment, photo, edit, report, question, draft, a held line."""
    phone, chen = village.phone("wang"), village.office("chen")
    place = {"place_id": village.ids["1001"]}
    with village.app.app_context():
        sha = shelf.put(PHOTO)
    signed = {
        "version": "1",
        "method": "screen",
        "signer_relation": "head",
        "signer_name": "水根本人",
        "strokes": [[1, 2]],
    }
    first = village.visit(phone, "1001", "met_covered", 1, note="怕狗", commitment=signed, photos=[sha])
    village.correct(phone, first.id, "1001", "met_declined", village.at(2))
    phone.event("place_edit", place | {"nickname": "老王家", "landmark": "旧门楼"}, village.at(3))
    village.report(phone, "1001", "away", minutes=4)
    other = village.phone("li")
    other.event("visit", place | {"outcome": "nobody_home", "note": "老王家没人"}, village.at(5))
    phone.sync()
    other.sync()
    with village.app.app_context():
        worker = db.session.scalar(select(Visit.worker_id).where(Visit.id == first.id))
    chen.post(f"/office/asks/new/{village.ids['1001']}", to=worker, question="王水根家说好了吗")
    phone.sync()
    (ask,) = phone.rows("ask")
    phone.event("explanation", {"item_id": ask, "text": "已经说好"})
    phone.sync()
    row = {"worker": worker, "day": clock.today().isoformat(), "door.0": "1001", "note.0": "怕狗", "door.1": "1002"}
    chen.post("/office/paper/990102103201/row/0", status=200, **row)
    return phone


def everything(village: Hefeng) -> str:
    """Every text and every byte of every table, and every file beside it."""
    found = []
    with village.app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                found += [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row]
        home = Path(village.app.config["DATA_DIR"])
        found += [p.read_text(encoding="utf-8", errors="replace") for p in home.rglob("*") if p.is_file()]
    return "\n".join(found)


def test_who_may_not_erase_is_refused_and_nothing_leaves(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):
        screen = village.office(person)
        screen.get(f"{door(village)}/erase", status=403)
        screen.post(f"{door(village)}/erase", status=403, said="1")
    told = village.office("chen").post(f"{door(village)}/erase", status=409)
    assert "只有住户本人能要求删掉" in told.text
    assert village.figures() == changed()
    assert "王水根" in everything(village)


def test_the_page_says_beforehand_what_goes_and_what_stays(village: Hefeng) -> None:
    lived_in(village)
    page = plain(village.office("chen").get(f"{door(village)}/erase"))
    for said in ("承诺书和签名 1 份", "照片 1 张", "会留下的", "不再写是哪一户 1 次", "应访少一户", "住户本人当面说的"):
        assert said in page, said
    assert "王水根" not in village.office("tang").get(f"{door(village)}/erase")


def test_nothing_that_was_ever_said_of_the_household_is_left_anywhere(village: Hefeng) -> None:
    lived_in(village)
    before = everything(village)
    assert [word for word in WORDS if word not in before] == []
    erased(village)
    after = everything(village)
    assert [word for word in WORDS if word in after] == []
    with village.app.app_context():
        assert not any(Path(village.app.config["DATA_DIR"]).joinpath("blobs").rglob("*/*"))
        (line,) = db.session.query(AuditLine).filter_by(verb="household.erase")
        assert (line.detail["visits"], line.detail["commitments"]) == (1, 1)
    assert "1002" in after


def test_the_work_done_still_counts_and_the_journal_verifies_and_rebuilds(village: Hefeng) -> None:
    phone = lived_in(village)
    village.visit(phone, "1002", "met_covered", 6)
    phone.sync()
    erased(village)
    counted = village.figures()
    assert (counted["N"], counted["D"], counted["closed"], counted["visits"]) == (11, 11, 1, 2)
    village.stands()


def test_phones_are_told_to_forget_and_keep_no_row_of_it(village: Hefeng) -> None:
    phone = lived_in(village)
    erased(village)
    answer = phone.sync()
    place = village.ids["1001"]
    assert place in answer.head["forget"]
    assert {e.id for e in phone.events.values()} <= set(answer.head["forget"])
    for (kind, _id), row in phone.store.rows.items():
        assert row.data.get("place_id") != place, kind
    assert place not in phone.rows("place")
    assert place not in village.phone("wang").rows("place")
    quiet = village.phone("li").sync()
    assert place not in quiet.head["forget"], "a phone of another grid that wrote nothing of it is told nothing"


def test_a_door_that_was_merged_goes_with_the_one_it_was_merged_into(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "duplicate", of="1001", minutes=1)
    village.visit(phone, "1002", "met_covered", 2, note="怕狗")
    phone.sync()
    village.flask("places", "decide", village.item("duplicate", "1002"), "accept", "--by", "chen")
    erased(village, number="1002")
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=10, D=10, visits=1)
    village.stands()


def test_a_visit_moved_to_another_door_stays_that_doors(village: Hefeng) -> None:
    phone = village.phone("wang")
    wrong = village.visit(phone, "1001", "met_covered", 1, note="爱听故事")
    village.correct(phone, wrong.id, "1002", "met_covered", village.at(2))
    other = village.visit(phone, "1003", "met_covered", 3, note="怕狗")
    village.correct(phone, other.id, "1001", "met_covered", village.at(4))
    phone.sync()
    erased(village)
    left = everything(village)
    assert "爱听故事" in left
    assert "怕狗" not in left, "what was written at the wrong door and moved here is this household's"
    village.stands()
    assert village.figures() == changed(N=11, D=11, attempted=1, met=1, covered=1, closed=1, visits=2)


def test_a_phone_keeps_no_row_at_an_erased_door_also_of_a_visit_that_went_to_another(
    village: Hefeng,
) -> None:
    phone = village.phone("wang")
    signed = {"version": "1", "method": "screen", "signer_relation": "head", "strokes": [[1, 2]]}
    wrong = village.visit(phone, "1001", "met_covered", 1, commitment=signed)
    village.correct(phone, wrong.id, "1002", "met_covered", village.at(2))
    phone.sync()
    assert (wrong.id in phone.rows("visit"), wrong.id in phone.rows("commitment")) == (True, True)
    erased(village)
    phone.sync()
    assert phone.store.view() == phone.fresh().view()
    assert village.ids["1001"] not in str(phone.store.view())


def test_staff_deeds_paper_and_a_door_from_the_field_leave_with_their_household(village: Hefeng) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    new = "01900000-0000-7000-8000-0000000000aa"
    phone.event(
        "place_new", {"place_id": new, "grid": GRID_A, "contact_name": "新来的人", "landmark": "怕狗"}, village.at(1)
    )
    visit = phone.event("visit", {"place_id": new, "outcome": "met_covered", "note": "怕狗"}, village.at(2))
    phone.sync()
    chen.post(f"/office/visits/{visit.id}/void", reason="怕狗的那家")
    chen.post(f"/office/places/one/{new}/close")
    chen.post(f"/office/places/one/{new}/erase", said="1")
    left = everything(village)
    assert "新来的人" not in left
    assert "怕狗" not in left
    village.stands()


def test_an_import_does_not_bring_it_back_under_its_number_or_its_name(village: Hefeng) -> None:
    erased(village)
    told = village.import_roster(HEFENG)
    assert (told["added"], len(told["refused"])) == (0, 1)
    assert "住户要求删掉了" in told["refused"][0]["reason"]
    assert "王水根" not in everything(village)


@pytest.mark.parametrize("older_than_the_door", [False, True])
def test_a_backup_that_is_put_back_is_erased_again_from_the_list(village: Hefeng, *, older_than_the_door: bool) -> None:
    phone = lived_in(village)
    with village.app.app_context():
        rows = copy_of_everything()
    erased(village)
    with village.app.app_context():
        put_back(rows, without={"place"} if older_than_the_door else set())
        assert erasures.is_ahead()
        assert erase.replay() == (0 if older_than_the_door else 1)
        web.commit()
        assert not erasures.is_ahead()
        assert erase.replay() == 0
    assert [word for word in WORDS if word in everything(village)] == []
    phone.sync()
    late = village.phone("wang")
    village.visit(late, "1001", "nobody_home", 7, note="怕狗")
    late.sync()
    assert [word for word in WORDS if word in everything(village)] == []
    village.stands()


def test_a_copy_put_back_by_hand_is_erased_before_a_phone_is_answered(village: Hefeng) -> None:
    phone = lived_in(village)
    with village.app.app_context():
        rows = copy_of_everything()
    erased(village)
    with village.app.app_context():
        put_back(rows)
    assert "王水根" in everything(village)
    phone.sync()
    assert [word for word in WORDS if word in everything(village)] == []
    village.stands()


def test_a_merged_household_is_erased_once_by_the_list_and_a_line_cut_short_is_none(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "duplicate", of="1001", minutes=1)
    village.visit(phone, "1002", "met_covered", 2, note="怕狗")
    phone.sync()
    village.flask("places", "decide", village.item("duplicate", "1002"), "accept", "--by", "chen")
    with village.app.app_context():
        rows = copy_of_everything()
    erased(village)
    with village.app.app_context():
        put_back(rows)
        with (Path(village.app.config["DATA_DIR"]) / "erasures.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"county": "9901')
        assert erase.replay() == 1
        web.commit()
        assert erasures.prune(clock.now() - timedelta(days=1)) == 0
        assert erasures.prune(clock.now() + timedelta(days=1)) == 1
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=10, D=10, visits=1)
    village.stands()


def test_an_empty_plate_is_in_no_list_and_has_no_page(village: Hefeng) -> None:
    lived_in(village)
    erased(village)
    chen, place = village.office("chen"), village.ids["1001"]
    for page in ("places", "gaps", "review", "quarantine", "away", "decided"):
        html = chen.get(f"/office/{page}/990102103201")
        assert place not in html, page
        assert "没有门牌" not in html, page
    assert "住户要求删掉了" in chen.get(door(village), status=404)
    for word in ("settle", "edit", "story"):
        chen.get(f"{door(village)}/{word}", status=404)
    done = plain(chen.get(f"{door(village)}/erase"))
    assert "这一户的记录没有了" in done
    chen.post(f"{door(village)}/erase", said="1")
    assert village.figures()["visits"] == 1
    printed = chen.post("/office/print/990102103201", status=200, group="990102103201001", purpose="明天走").text
    assert place not in printed
    village.stands()


def test_moving_its_group_to_another_grid_sends_no_plate_to_any_phone(village: Hefeng) -> None:
    lived_in(village)
    erased(village)
    with village.app.app_context():
        plate = db.session.get_one(Place, ("990102", village.ids["1001"]))
        moving.carry_out([(plate, plate.group_code, GRID_B)], by=None)
        web.commit()
    for person in ("wang", "li", "zhou"):
        rows = village.phone(person).store.rows
        assert village.ids["1001"] not in {ident for _kind, ident in rows}
        assert village.ids["1001"] not in {row.data.get("place_id") for row in rows.values()}
    village.stands()


Copied = dict[str, list[dict[str, Any]]]


def copy_of_everything() -> Copied:
    """Every row of the database, as a backup would hold it."""
    found = {t.name: [dict(r) for r in db.session.execute(select(t)).mappings()] for t in Base.metadata.sorted_tables}
    db.session.rollback()
    return found


def put_back(rows: Copied, without: frozenset[str] | set[str] = frozenset()) -> None:
    """The database as it was then; ``without`` doors: as it was before it knew any, its journal included."""
    about = {
        "visit", "commitment", "withdrawal", "ask", "field_edit", "review_report", "review_item", "review_decision",
        "review_aside", "paper_draft", "deed", "journal", "contribution", "counter", "change", "named_blob",
    }  # fmt: skip
    dropped = without | about if without else set()
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    for table in Base.metadata.sorted_tables:
        if rows[table.name] and table.name not in dropped:
            db.session.execute(table.insert(), rows[table.name])
    if without:
        db.session.execute(update(Device).values(held=[]))
    db.session.commit()
