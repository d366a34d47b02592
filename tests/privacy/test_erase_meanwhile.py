"""What is done at a household's door while somebody else erases it: whoever waited for its grid finds it gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from doorknock import clock, web
from doorknock.commitments import deeds as promises
from doorknock.commitments.models import Commitment
from doorknock.db import Base, db, set_writing
from doorknock.errors import Refused
from doorknock.people.models import Person, by_username
from doorknock.places import aside, edits, merging, review, roster
from doorknock.places.models import Place
from doorknock.places.standing import Item, item_id
from doorknock.privacy import erase, traces
from doorknock.privacy.traces import Traces
from doorknock.regions.models import region
from doorknock.sync import paper, quarantine
from doorknock.sync.bench import Bench, Refs
from doorknock.visits import asks, wishes
from tests.hefeng import TOWN, VILLAGE, Hefeng, changed
from tests.privacy.test_erase import WORDS, erased, everything
from tests.sync.test_quarantine import held
from tests.wire.client import Phone
from tests.wire.roster import HEFENG, make_roster

COUNTY = "990102"


def person(name: str) -> Person:
    """Who has this login name."""
    found = by_username(name)
    assert found is not None
    return found


def door(village: Hefeng, number: str = "1001") -> Place:
    return db.session.get_one(Place, (COUNTY, village.ids[number]))


def erased_while(village: Hefeng, phones: list[Phone], monkeypatch: pytest.MonkeyPatch) -> None:
    """一组1号 is erased; while its journal is being searched, these phones send what they have."""
    rounds = [threading.Thread(target=phone.sync) for phone in phones]
    searched = traces.of

    def slowly(place: Place, *, deep: bool = True) -> Traces:
        found = searched(place, deep=deep)
        for each in rounds:
            each.start()
        time.sleep(1)  # by then they stand at the grid's lock
        return found

    with monkeypatch.context() as patched, village.app.app_context():
        patched.setattr(traces, "of", slowly)
        set_writing(True)
        erase.household(door(village), by=person("chen").id)
        web.commit()
    for each in rounds:
        each.join()


def test_what_phones_send_while_the_journal_is_searched_keeps_no_word(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, other = village.phone("wang"), village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, note="怕狗")
    phone.event("place_edit", {"place_id": village.ids["1001"], "nickname": "老王家"}, village.at(2))
    other.event("visit", {"place_id": village.ids["1001"], "outcome": "怎么说呢", "note": "旧门楼"}, village.at(3))
    erased_while(village, [phone, other], monkeypatch)
    left = everything(village)
    assert [word for word in WORDS if word in left] == []
    assert village.figures() == changed(N=11, D=11, visits=1)
    village.stands()


def test_what_voids_a_held_visit_while_that_is_searched_for_keeps_no_word(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, other = village.phone("li"), village.phone("li")
    visit = village.visit(phone, "1001", "met_covered", 1, note="怕狗")
    assert phone.sync().attention == [(1, "out_of_scope")]
    other.event("correction", {"supersedes": visit.id, "void": True, "reason": "老王家走错了"}, village.at(2))
    erased_while(village, [other], monkeypatch)
    left = everything(village)
    assert [word for word in WORDS if word in left] == []
    village.stands()


def test_a_held_line_accepted_while_its_household_is_erased_is_not_taken(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = village.phone("li")
    village.visit(phone, "1001", "met_covered", 1, note="怕狗")
    phone.sync()
    ident = held(village, 1)
    load = Bench.load

    def late(bench: Bench, refs: Refs) -> None:
        erase.household(door(village), by=None)
        load(bench, refs)

    with village.app.app_context():
        found = quarantine.entry(region(TOWN), ident)
        assert found is not None
        monkeypatch.setattr(Bench, "load", late)
        with pytest.raises(Refused, match="已经定过了"):
            quarantine.accept(found, by=person("tang"))
        web.commit()
    assert "怕狗" not in everything(village)
    assert village.figures() == changed(N=11, D=11)


def sheet_of(village: Hefeng) -> list[dict[str, Any]]:
    """A paper slip about 一组1号."""
    at = clock.text_of(clock.now())
    return [{"place_id": village.ids["1001"], "outcome": "met_covered", "visited_at": at, "note": "怕狗"}]


Act = Callable[[Hefeng, Place, Item, Commitment], object]
ACTS: dict[str, Act] = {
    "改户表": lambda _v, place, _i, _c: edits.change(place, {"nickname": "老王家"}, by=person("chen").id),
    "请我说明": lambda _v, place, _i, _c: asks.ask(
        place, person("wang"), "王水根家说好了吗", by=person("chen").id, about=asks.About(), due=None
    ),
    "不用再来": lambda _v, place, _i, _c: wishes.close(place, by=person("chen").id),
    "取消不用再来": lambda _v, place, _i, _c: wishes.reopen(place, by=person("chen").id),
    "撤回承诺": lambda _v, _p, _i, promise: promises.withdraw(promise, day=clock.today(), by=person("chen").id),
    "审核": lambda _v, _p, item, _c: review.decide(item, "accept", by=person("chen").id),
    "定下来": lambda _v, place, _i, _c: review.put(place, "away", "accept", by=person("chen").id),
    "先放着": lambda _v, _p, item, _c: aside.put(item, by=person("chen").id),
    "并户": lambda v, _p, item, _c: merging.merge(item, door(v, "1002"), by=person("chen").id, swapped=True),
    "代录": lambda v, _p, _i, _c: paper.take(region(VILLAGE), person("wang"), sheet_of(v), by=person("chen")),
}


@pytest.mark.parametrize("name", ACTS)
def test_no_act_of_the_office_at_a_page_that_was_open_reaches_an_erased_household(village: Hefeng, name: str) -> None:
    phone = village.phone("wang")
    promise = village.visit(phone, "1001", "met_covered", 1, commitment={"method": "oral"})
    village.report(phone, "1001", "away", minutes=2)
    phone.sync()
    with village.app.app_context():
        read: list[Base] = [
            door(village),
            db.session.get_one(Item, (COUNTY, item_id(village.ids["1001"], "away"))),
            db.session.get_one(Commitment, (COUNTY, promise.id)),
        ]
        for each in read:
            db.session.expunge(each)
        db.session.rollback()
        erased(village)
        place, item, found = read
        assert isinstance(place, Place)
        assert isinstance(item, Item)
        assert isinstance(found, Commitment)
        with pytest.raises(Refused, match="住户要求删掉了"):
            ACTS[name](village, place, item, found)
        web.rollback()
    left = everything(village)
    assert [word for word in WORDS if word in left] == []
    village.stands()


def test_an_import_that_was_planned_before_is_refused_whole(village: Hefeng) -> None:
    rows = [row._replace(phone="13900000077") if row.number == "1001" else row for row in HEFENG]
    data = make_roster(rows, village.folder / "新户表.xlsx").read_bytes()
    with village.app.app_context():
        made = roster.plan(data, region(VILLAGE))
        db.session.expunge_all()
        db.session.rollback()
        erased(village)
        with pytest.raises(Refused, match="住户要求删掉了"):
            roster.carry_out(made, by=None)
        web.rollback()
    assert "13900000077" not in everything(village)


@pytest.mark.parametrize("said", ["1001", "一组1号", "王水根"])
def test_a_sheet_of_slips_that_lay_open_is_kept_without_the_erased_household(village: Hefeng, said: str) -> None:
    chen, worker = village.office("chen"), village.phone("wang").worker["id"]
    rows = {"door.0": said, "note.0": "怕狗", "door.1": "1002", "note.1": "爱听故事"}
    typed = {"worker": worker, "day": clock.today().isoformat()} | rows
    chen.post(f"/office/paper/{VILLAGE}/row/0", status=200, **typed)
    erased(village)
    assert "怕狗" not in everything(village)
    chen.post(f"/office/paper/{VILLAGE}/row/1", status=200, **typed)
    chen.post(f"/office/paper/{VILLAGE}", status=422, **typed)
    left = everything(village)
    assert ("怕狗" in left, "爱听故事" in left) == (False, True)
