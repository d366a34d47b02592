"""The review page: what accepting would do is worked out truly and leaves no trace; four keys; undo for a day."""

from __future__ import annotations

import json
from datetime import timedelta

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.changes import Deed
from doorknock.db import db
from tests.hefeng import SETUP, VILLAGE, Hefeng, changed, plain

PAGE = f"/office/review/{VILLAGE}"
DECIDED = f"/office/decided/{VILLAGE}"


def report_wrong(village: Hefeng, *numbers: str) -> None:
    phone = village.phone("wang")
    for n, number in enumerate(numbers):
        village.report(phone, number, "wrong", n)
    phone.sync()


def test_who_may_not_review_is_refused(village: Hefeng) -> None:
    report_wrong(village, "1001")
    item = village.item("wrong", "1001")
    for person in ("gao", "xu", "lin"):
        village.office(person).get(PAGE, status=403)
        village.office(person).post(f"{PAGE}/{item}/accept", status=403)
    lin = village.office("lin")
    lin.post(f"/office/review/990102103202/{item}/accept", status=404)
    assert village.figures() == changed()


def test_the_effect_is_shown_before_and_nothing_is_kept_of_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "met_covered", 1)
    phone.sync()
    report_wrong(village, "1001")
    with village.app.app_context():
        deeds = db.session.query(Deed).count(), db.session.query(AuditLine).count()
    chen = village.office("chen")
    page = plain(chen.get(PAGE))
    # 12 doors, one closed; without the wrong one 11: 1/12 = 8.3 %, 1/11 = 9.1 %.
    assert "同意以后 应访 D 12 → 11 还要去 11 → 10 办结率 8.3% 1/12 → 9.1% 1/11" in page
    with village.app.app_context():
        assert (db.session.query(Deed).count(), db.session.query(AuditLine).count()) == deeds
    item = village.item("wrong", "1001")
    chen.post(f"{PAGE}/{item}/accept")
    assert village.figures() == changed(N=11, D=11, attempted=1, met=1, covered=1, closed=1, visits=1)
    village.stands()


def test_asking_leads_to_the_question_and_shows_the_answers(village: Hefeng) -> None:
    report_wrong(village, "1001")
    page = village.office("chen").get(PAGE)
    place, item = village.ids["1001"], village.item("wrong", "1001")
    assert f'href="/office/asks/new/{place}?item={item}"' in page
    assert f'hx-get="/office/asks/of/{place}"' in page


def test_what_was_decided_is_taken_back_within_a_day_and_not_after(village: Hefeng) -> None:
    report_wrong(village, "1001")
    item = village.item("wrong", "1001")
    chen = village.office("chen")
    chen.post(f"{PAGE}/{item}/reject")
    page = plain(chen.get(PAGE))
    assert "24 小时内定的 1" in page
    assert "名单没写错" in page
    chen.post(f"{DECIDED}/{item}")
    assert village.items() == [("wrong", "1001")]
    chen.post(f"{PAGE}/{item}/accept")
    with clock.pinned(clock.now() + timedelta(hours=25)):
        tang = village.office("tang")
        assert "超过 24 小时" in tang.post(f"{DECIDED}/{item}", status=409).text
        page = plain(tang.get(f"{DECIDED}/{item}"))
        assert f"places undo {item}" in page, "says how else"
        assert "撤回以后" not in page
    village.flask("places", "undo", item, "--by", "chen")
    assert village.figures() == changed()
    village.office("chen").post(f"{PAGE}/{item}/accept")
    assert village.figures() == changed(N=11, D=11)


def test_the_town_reviews_without_seeing_a_name(village: Hefeng) -> None:
    report_wrong(village, "1001")
    assert "王水根家" in village.office("chen").get(PAGE)
    page = village.office("tang").get(PAGE)
    assert "王水根" not in page
    assert "一组" in page


def test_a_duplicate_asks_which_place_stays(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "duplicate", 1)
    phone.sync()
    item = village.item("duplicate", "1001")
    chen = village.office("chen")
    assert "没有说和哪一户重复" in chen.get(PAGE)
    chen.post(f"{PAGE}/{item}/accept", status=409)
    page = plain(chen.get(f"{PAGE}?item={item}&into=二组1号"))
    assert "并过去 一组1号 王水根家 留下 二组1号 杨小红家" in page
    assert "应访 D 12 → 11" in page
    assert "不能并到自己" in plain(chen.get(f"{PAGE}?item={item}&into=1001"))
    chen.post(f"{PAGE}/{item}/accept", into="二组1号")
    assert village.figures() == changed(N=11, D=11)
    village.stands()


def test_a_village_comes_to_its_own_and_a_town_chooses(village: Hefeng) -> None:
    report_wrong(village, "1001")
    assert village.office("chen").client.get("/office/review").location == PAGE
    page = plain(village.office("tang").get("/office/review"))
    assert "禾丰村 1 条要审" in page
    assert "柳溪村 没有要审的" in page
    assert "没有要审的" in village.office("tang").get("/office/review/990102103202")


def test_who_reported_it_is_told_so_before_deciding(village: Hefeng) -> None:
    """陈秀英 of the village office also walks a grid: her own report carries a mark for her and none for the town."""
    setup = json.loads(SETUP.read_text(encoding="utf-8"))
    chen = next(person for person in setup["people"] if person["username"] == "chen")
    chen["grids"] = ["990102103201001"]
    path = village.folder / "setup.json"
    path.write_text(json.dumps(setup), encoding="utf-8")
    village.flask("setup", str(path))
    phone = village.phone("chen")
    village.report(phone, "1001", "wrong", 1)
    phone.sync()
    assert "您自己报的" in village.office("chen").get(PAGE)
    assert "您自己报的" not in village.office("tang").get(PAGE)
