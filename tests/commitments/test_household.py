"""当面办: a household that stands there takes back its promise, says 不用再来 or lifts it, and sees its record."""

from __future__ import annotations

from datetime import timedelta

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.commitments.models import Withdrawal
from doorknock.db import db
from doorknock.places.models import Place
from tests.hefeng import Hefeng, changed, plain

COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1, "offered": 1}


def settle(village: Hefeng, number: str) -> str:
    return f"/office/places/one/{village.ids[number]}/settle"


def signed(village: Hefeng) -> str:
    """王水根 signed on paper two days ago; the commitment's id."""
    phone = village.phone("wang")
    at = clock.text_of(clock.now() - timedelta(days=2))
    body = {
        "place_id": village.ids["1001"],
        "outcome": "met_covered",
        "commitment": {"method": "paper", "paper_no": "7"},
    }
    event = phone.event("visit", body, at)
    phone.sync()
    return event.id


def withdraw(village: Hefeng, number: str) -> str:
    return f"/office/places/one/{village.ids[number]}/withdraw"


def test_who_may_not_settle_is_refused(village: Hefeng) -> None:
    promise = signed(village)
    for person in ("gao", "xu", "lin"):
        screen = village.office(person)
        screen.get(settle(village, "1001"), status=403)
        screen.post(withdraw(village, "1001"), status=403, commitment=promise, day=clock.today().isoformat())
        for word in ("close", "reopen", "record"):
            screen.post(f"/office/places/one/{village.ids['1001']}/{word}", status=403, said="1")
    assert village.figures() == changed(**COVERED, signed=1)


def test_a_promise_is_taken_back_with_a_date_and_no_reason_and_phones_learn(village: Hefeng) -> None:
    promise = signed(village)
    chen = village.office("chen")
    page = plain(chen.get(settle(village, "1001")))
    assert "在纸上签的，编号 7" in page
    assert "原因" not in page.replace("不用说原因", "").replace("不问原因", "")
    yesterday = clock.today() - timedelta(days=1)
    chen.post(withdraw(village, "1001"), commitment=promise, day=yesterday.isoformat())
    assert village.figures() == changed(**COVERED)
    assert "撤回了" in plain(chen.get(settle(village, "1001")))
    phone = village.phone("wang")
    (row,) = phone.rows("commitment").values()
    assert clock.day_of(clock.parse(row.data["withdrawn_at"])) == yesterday
    with village.app.app_context():
        assert db.session.query(Withdrawal).count() == 1
        assert db.session.query(AuditLine).filter_by(verb="commitment.withdraw").count() == 1
    village.stands()


def test_a_promise_is_taken_back_once_and_not_before_it_was_made(village: Hefeng) -> None:
    promise = signed(village)
    chen, address = village.office("chen"), withdraw(village, "1001")
    for day in ("", "昨天", "2020-01-01", "2999-01-01"):
        chen.post(address, status=409, commitment=promise, day=day)
    chen.post(withdraw(village, "1002"), status=409, commitment=promise, day=clock.today().isoformat())
    assert village.figures() == changed(**COVERED, signed=1)
    today = clock.today().isoformat()
    chen.post(address, commitment=promise, day=today)
    assert "已经撤回了" in chen.post(address, status=409, commitment=promise, day=today).text
    village.stands()


def test_not_coming_again_is_set_without_a_reason_and_lifted_only_by_the_household(village: Hefeng) -> None:
    chen, here = village.office("chen"), f"/office/places/one/{village.ids['1001']}"
    chen.post(f"{here}/close")
    phone = village.phone("wang")
    assert phone.rows("place")[village.ids["1001"]].data["do_not_return"] is True
    assert "我们不再上门" in plain(chen.get(settle(village, "1001")))
    chen.post(f"{here}/close", status=409)
    refused = chen.post(f"{here}/reopen", status=409)
    assert "只有住户本人能取消" in refused.text
    chen.post(f"{here}/reopen", said="1")
    phone.sync()
    assert phone.rows("place")[village.ids["1001"]].data["do_not_return"] is False
    chen.post(f"{here}/reopen", status=409, said="1")
    village.stands()


def test_a_visit_from_before_the_lift_does_not_close_the_door_again_but_one_after_it_does(village: Hefeng) -> None:
    phone, here = village.phone("wang"), f"/office/places/one/{village.ids['1001']}"
    village.visit(phone, "1001", "met_declined", 1, do_not_return=True)
    phone.sync()
    village.office("chen").post(f"{here}/reopen", said="1")
    village.visit(phone, "1001", "nobody_home", 2, do_not_return=True)
    phone.sync()

    def closed() -> bool:
        with village.app.app_context():
            return db.session.get_one(Place, ("990102", village.ids["1001"])).do_not_return

    assert not closed()
    village.stands()
    later = clock.text_of(clock.now() + timedelta(seconds=5))
    phone.event("visit", {"place_id": village.ids["1001"], "outcome": "met_declined", "do_not_return": True}, later)
    phone.sync()
    assert closed()
    village.stands()


def test_the_record_says_in_plain_words_what_is_held_and_what_happens_next(village: Hefeng) -> None:
    signed(village)
    chen, address = village.office("chen"), f"/office/places/one/{village.ids['1001']}/record"
    page = plain(chen.post(address, status=200).text)
    for said in ("禾丰村一组1号", "王水根", "13900000001", "在纸上签的，编号 7", "王建国，讲了", "不会再为这件事上门"):
        assert said in page, said
    fresh = plain(chen.post(address.replace(village.ids["1001"], village.ids["1002"]), status=200).text)
    assert "网格员还会来一次。不想让人来，现在说一声就行。" in fresh
    with village.app.app_context():
        lines = db.session.query(AuditLine).filter_by(verb="household.show").all()
        assert {line.subject for line in lines} == {village.ids["1001"], village.ids["1002"]}
        assert all(line.detail["purpose"] for line in lines)


def test_the_record_leaves_nothing_out_that_is_stored(village: Hefeng) -> None:
    signed(village)
    phone, chen = village.phone("wang"), village.office("chen")
    place = {"place_id": village.ids["1001"]}
    phone.event("place_edit", place | {"nickname": "老王家", "landmark": "旧门楼"}, village.at(1))
    said = {
        "note": "爱听故事",
        "adults_listened": 2,
        "app": {"installed_before": 1},
        "next_try": {"date": "2026-12-01"},
    }
    given = {
        "materials": [{"material": "leaflet", "quantity": 1}],
        "geo": {"lat": 30.12345, "lon": 110.5, "accuracy": 9},
    }
    village.visit(phone, "1001", "met_covered", 2, **said, **given)
    phone.sync()
    worker = phone.worker["id"]
    chen.post(f"/office/asks/new/{village.ids['1001']}", to=worker, question="水塔边那家吗")
    address = f"/office/places/one/{village.ids['1001']}/record"
    chen.post(address, status=200)
    page = plain(chen.post(address, status=200).text)
    for said_there in (
        "老王家", "旧门楼", "爱听故事", "听的大人 2 位", "给了宣传单 1 张", "原来就有 1", "位置一个点",
        "约了下次：2026-12-01", "水塔边那家吗", "导入户表时有的",
        "网格员在现场改了", "给住户看过，陈秀英", "不想留可以删",
    ):  # fmt: skip
        assert said_there in page, said_there


def test_the_town_sees_the_record_without_names(village: Hefeng) -> None:
    signed(village)
    page = village.office("tang").post(f"/office/places/one/{village.ids['1001']}/record", status=200).text
    for hidden in ("王水根", "13900000001", "王建国"):
        assert hidden not in page
