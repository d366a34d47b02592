"""What a phone tells of activities and postings: it takes effect once, can be put right, and stands after a rebuild."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

from flask_migrate import downgrade, upgrade

from doorknock import clock
from doorknock.db import db
from doorknock.sync import blobs
from doorknock.tasks.models import Activity, Posting
from tests.hefeng import GRID_A, GRID_B, VILLAGE, Hefeng

BEFORE = "0008"
"""The last schema in which the journal alone knew of activities and postings."""
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


def test_what_was_told_before_there_were_rows_gets_them_with_the_migration(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("posting", PLAQUES, village.at(1))
    phone.event("posting", {"kind": "poster", "grid": GRID_A, "group": "990102103202001"}, village.at(2))
    phone.event("activity", MEETING, village.at(3))
    phone.sync()
    with village.app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
        db.session.remove()
    assert [row.count for row in rows(village, Posting)] == [2, 0]
    assert [row.name for row in rows(village, Activity)] == ["坝坝会"]
    village.stands()


def test_a_correction_stands_in_the_place_of_the_first_in_whatever_order_they_come(village: Hefeng) -> None:
    phone = village.phone("wang")
    first = phone.event("posting", PLAQUES, village.at(1))
    phone.event("posting", PLAQUES | {"count": 3, "supersedes": first.id}, village.at(2))
    later = village.phone("wang")
    later.event("posting", PLAQUES | {"count": 4, "supersedes": first.id}, village.at(3))
    later.sync()
    assert standing(village, Posting) == []
    phone.sync()
    assert [row.count for row in standing(village, Posting)] == [4]
    assert {row.root_id for row in rows(village, Posting)} == {first.id}
    assert later.sync().head["attention"] == []
    village.stands()


def test_what_the_worker_takes_back_counts_no_more_also_where_the_void_comes_first(village: Hefeng) -> None:
    phone = village.phone("wang")
    held = phone.event("activity", MEETING, village.at(1))
    later = village.phone("wang")
    village.void(later, held.id, village.at(2))
    later.sync()
    assert [entry["code"] for entry in later.sync().head["attention"]] == ["unknown_visit"]
    phone.sync()
    assert len(rows(village, Activity)) == 2
    assert standing(village, Activity) == []
    assert later.sync().head["attention"] == []
    village.stands()


def test_only_who_told_of_it_takes_it_back(village: Hefeng) -> None:
    wang, zhou = village.phone("wang"), village.phone("zhou")
    held = wang.event("activity", MEETING, village.at(1))
    wang.sync()
    village.void(zhou, held.id, village.at(2))
    zhou.event("activity", MEETING | {"supersedes": held.id}, village.at(3))
    zhou.sync()
    assert [entry["code"] for entry in zhou.sync().head["attention"]] == ["not_yours", "not_yours"]
    assert [row.id for row in standing(village, Activity)] == [held.id]


def test_a_grid_that_is_not_the_workers_waits_for_the_village_and_a_correction_lifts_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    wrong = phone.event("posting", PLAQUES | {"grid": GRID_B}, village.at(1))
    phone.sync()
    assert [entry["code"] for entry in phone.sync().head["attention"]] == ["out_of_scope"]
    assert rows(village, Posting) == []
    phone.event("posting", PLAQUES | {"supersedes": wrong.id}, village.at(2))
    phone.sync()
    assert phone.sync().head["attention"] == []
    assert [row.grid for row in standing(village, Posting)] == [GRID_A]
    village.stands()


def test_the_village_lets_one_take_effect_that_was_held_for_its_grid(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("activity", MEETING | {"grid": GRID_B}, village.at(1))
    phone.sync()
    page = village.office("chen").get(f"/office/quarantine/{VILLAGE}")
    [line] = re.findall(r"/office/quarantine/\d+/([0-9a-f-]{36})/accept", page)
    village.office("chen").post(f"/office/quarantine/{VILLAGE}/{line}/accept")
    assert [row.grid for row in standing(village, Activity)] == [GRID_B]
    assert phone.sync().head["attention"] == []
    village.stands()


def test_taking_back_what_never_took_effect_leaves_nothing_to_look_at(village: Hefeng) -> None:
    phone = village.phone("wang")
    wrong = phone.event("posting", PLAQUES | {"grid": GRID_B}, village.at(1))
    village.void(phone, wrong.id, village.at(2))
    phone.sync()
    assert phone.sync().head["attention"] == []
    assert rows(village, Posting) == []
    village.stands()


def test_a_posting_cannot_become_an_activity(village: Hefeng) -> None:
    phone = village.phone("wang")
    first = phone.event("posting", PLAQUES, village.at(1))
    phone.event("activity", MEETING | {"supersedes": first.id}, village.at(2))
    phone.sync()
    assert [entry["code"] for entry in phone.sync().head["attention"]] == ["bad_body"]
    assert len(standing(village, Posting)) == 1


def test_a_day_may_be_earlier_than_the_telling_and_never_later(village: Hefeng) -> None:
    phone = village.phone("wang")
    yesterday = (clock.now() - timedelta(days=1)).astimezone(clock.SHANGHAI)
    tomorrow = yesterday + timedelta(days=2)
    phone.event("activity", MEETING | {"done_at": yesterday.isoformat()}, village.at(1))
    phone.event("activity", MEETING | {"done_at": tomorrow.isoformat()}, village.at(2))
    phone.sync()
    assert [row.day for row in rows(village, Activity)] == [yesterday.date(), clock.today()]


def test_what_the_office_tells_and_voids_stands_after_a_rebuild(village: Hefeng) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    phone.event("posting", PLAQUES, village.at(1))
    phone.sync()
    typed = {"day": clock.today().isoformat(), "kind": "poster", "count": "6", "spot": "公告栏"}
    assert chen.client.post(f"/office/tasks/tell/{VILLAGE}/posting", data=typed).status_code == 303
    [by_phone] = [row for row in standing(village, Posting) if row.source == "phone"]
    assert chen.client.post(f"/office/tasks/void/{by_phone.id}", data={"reason": " "}).status_code == 409
    chen.post(f"/office/tasks/void/{by_phone.id}", reason="贴的是别的")
    [left] = standing(village, Posting)
    assert (left.source, left.count, left.grid, left.worker_id) == ("office", 6, None, None)
    assert left.typed_by
    village.stands()
    phone.event("posting", PLAQUES | {"count": 5, "supersedes": by_phone.id}, village.at(600))
    phone.sync()
    assert sorted(row.count for row in standing(village, Posting)) == [5, 6], "the worker puts it right in turn"
    village.stands()


def test_photos_of_a_posting_are_asked_for_and_stay_while_it_names_them(village: Hefeng) -> None:
    phone = village.phone("wang")
    sha = hashlib.sha256(b"a notice").hexdigest()
    phone.event("posting", PLAQUES | {"photos": [sha]}, village.at(1))
    assert phone.sync().head["blobs_wanted"] == [sha]
    with village.app.app_context():
        assert blobs.unname(VILLAGE[:6], [sha]) == []
