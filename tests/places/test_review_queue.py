"""The review queue: what an item says beside its kind, what is put aside, and what carries the reviewer's own mark."""

from __future__ import annotations

import json
from datetime import timedelta

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.places.standing import Decision
from tests.hefeng import SETUP, VILLAGE, Hefeng, changed, plain
from tests.wire.roster import HEFENG

PAGE = f"/office/review/{VILLAGE}"


def report(village: Hefeng, kind: str, *numbers: str) -> list[str]:
    """王建国 reports these doors; the ids of the items."""
    phone = village.phone("wang")
    for n, number in enumerate(numbers):
        village.report(phone, number, kind, n)
    phone.sync()
    return [village.item(kind, number) for number in numbers]


def chen_walks(village: Hefeng) -> None:
    """陈秀英 of the village office also walks a grid."""
    setup = json.loads(SETUP.read_text(encoding="utf-8"))
    chen = next(person for person in setup["people"] if person["username"] == "chen")
    chen["grids"] = ["990102103201001"]
    path = village.folder / "setup.json"
    path.write_text(json.dumps(setup), encoding="utf-8")
    village.flask("setup", str(path))


def test_nobody_else_puts_an_item_aside(village: Hefeng) -> None:
    (item,) = report(village, "wrong", "1001")
    for person in ("gao", "xu", "lin"):
        village.office(person).post(f"{PAGE}/{item}/later", status=403)
    assert "先放着的" not in plain(village.office("chen").get(PAGE)).replace("先放着的排到最后", "")


def test_an_item_says_what_was_reported_by_whom_and_when_they_come_back(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "away_reported", 1, away={"kind": "外出务工", "back_on": "2099-02-10"})
    phone.sync()
    page = plain(village.office("chen").get(PAGE))
    assert "报了长期不在家 外出务工，说好 2099 年 2 月 10 日回来 王水根家·老槐树东 王建国报的，" in page
    assert "同意以后，到 2099 年 2 月 10 日，这户自动回到应访里" in page
    assert "王建国" not in plain(village.office("tang").get(PAGE)), "the town sees a role, not a name"


def test_doors_of_the_same_name_or_phone_stand_beside_it(village: Hefeng) -> None:
    rows = [row._replace(name="王 水根") if row.number == "1009" else row for row in HEFENG]
    rows = [row._replace(phone="139 0000 0001") if row.number == "1010" else row for row in rows]
    village.import_roster(rows)
    report(village, "duplicate", "1001")
    page = plain(village.office("chen").get(PAGE))
    assert "同名或同电话的 三组1号 王 水根 三组2号 周天宝" in page
    assert "同名或同电话的" not in village.office("tang").get(PAGE)


def test_what_is_put_aside_goes_to_the_end_and_is_taken_back(village: Hefeng) -> None:
    first, second = report(village, "wrong", "1001", "1002")
    chen = village.office("chen")
    assert chen.post(f"{PAGE}/{first}/later").location == f"{PAGE}?item={second}"
    assert "第 1 条，共 2 条" in (page := plain(chen.get(PAGE)))
    assert "李长山家" in page, "the other one comes first now"
    assert "陈秀英" in plain(chen.get(f"{PAGE}?item={first}"))
    assert "先放着的" in plain(chen.get(f"{PAGE}?item={first}"))
    assert village.items() == [("wrong", "1001"), ("wrong", "1002")], "it stays open, and the command's list as it was"
    village.stands()
    chen.post(f"{PAGE}/{first}/resume")
    assert "王水根家" in plain(chen.get(PAGE))
    village.stands()
    with village.app.app_context():
        verbs = [line.verb for line in db.session.query(AuditLine).filter(AuditLine.verb.startswith("review."))]
    assert sorted(verbs) == ["review.later", "review.resume"]


def test_what_is_decided_is_aside_no_more(village: Hefeng) -> None:
    (item,) = report(village, "wrong", "1001")
    chen = village.office("chen")
    chen.post(f"{PAGE}/{item}/later")
    chen.post(f"{PAGE}/{item}/accept")
    chen.post(f"{PAGE}/{item}/later", status=409)
    chen.post(f"/office/decided/{VILLAGE}/{item}")
    assert "先放着的" not in plain(chen.get(PAGE)).replace("先放着的排到最后", "")
    village.stands()


def test_what_the_reviewer_reported_is_marked_for_good(village: Hefeng) -> None:
    chen_walks(village)
    phone = village.phone("chen")
    village.report(phone, "1001", "wrong", 1)
    phone.sync()
    village.report(wang := village.phone("wang"), "1002", "wrong", 1)
    wang.sync()
    chen = village.office("chen")
    for number in ("1001", "1002"):
        chen.post(f"{PAGE}/{village.item('wrong', number)}/accept")
    with village.app.app_context():
        marks = {d.place_id: d.own for d in db.session.query(Decision)}
        lines = [line.detail.get("own") for line in db.session.query(AuditLine).filter_by(verb="review.accept")]
    assert marks == {village.ids["1001"]: True, village.ids["1002"]: False}
    assert sorted(lines, key=bool) == [None, True]
    own = plain(chen.get(f"/office/decided/{VILLAGE}?own=1"))
    assert "1 条，新的在前" in own
    assert "自己报的自己定" in plain(chen.get("/office/audit"))
    village.stands()


def test_a_long_queue_is_paged_and_quick(village: Hefeng) -> None:
    numbers = [row.number for row in HEFENG]
    phone = village.phone("zhou")
    for kind in ("wrong", "away", "duplicate"):
        for n, number in enumerate(numbers):
            village.report(phone, number, kind, n)
    phone.sync()
    chen = village.office("chen")
    page = plain(chen.get(PAGE))
    assert "第 1 条，共 36 条" in page
    assert "第 1 页，共 2 页" in page
    last = plain(chen.get(f"{PAGE}?page=2"))
    assert "第 2 页，共 2 页" in last
    assert last.count("重复") + last.count("长期不在家") + last.count("名单写错了") >= 6


def test_the_effect_of_another_day_is_never_kept(village: Hefeng) -> None:
    (item,) = report(village, "wrong", "1001")
    with clock.pinned(clock.now() + timedelta(days=2)):
        assert "应访 D 12 → 11" in plain(village.office("chen").get(f"{PAGE}?item={item}"))
    assert village.figures() == changed()
    village.stands()
