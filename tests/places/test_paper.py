"""代录: a day's paper slips typed in the office count like a phone's visits, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.people.models import Assignment, Person, by_username
from doorknock.visits.models import Visit
from tests.hefeng import OTHER, VILLAGE, Hefeng, Screen, changed, plain

PAGE = f"/office/paper/{VILLAGE}"
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def person(village: Hefeng, name: str) -> Person:
    with village.app.app_context():
        found = by_username(name)
        assert found is not None
        return found


def sheet(village: Hefeng, *rows: dict[str, str], worker: str = "wang", days_ago: int = 0) -> dict[str, str]:
    """What the form sends: the head, and each row's cells under its number."""
    day = clock.today() - timedelta(days=days_ago)
    head = {"worker": person(village, worker).id, "day": day.isoformat()}
    return head | {f"{name}.{n}": value for n, row in enumerate(rows) for name, value in row.items()}


def save(screen: Screen, form: dict[str, str], how: str = "all", status: int = 303) -> str:
    answer = screen.client.post(PAGE, data={**form, how: "1"})
    assert answer.status_code == status, answer.text
    return answer.text


def visits(village: Hefeng) -> list[Visit]:
    with village.app.app_context():
        return db.session.query(Visit).order_by(Visit.at, Visit.id).all()


def test_who_may_not_record_from_paper_is_refused(village: Hefeng) -> None:
    form = sheet(village, {"door": "1001", "outcome": "1"})
    for name in ("gao", "xu", "lin"):  # police, county, the cadre of 柳溪村
        screen = village.office(name)
        screen.get(PAGE, status=403)
        save(screen, form, status=403)
    assert village.figures() == changed()


def test_a_slip_counts_like_a_phones_visit_and_says_who_typed_it(village: Hefeng) -> None:
    chen = village.office("chen")
    typed = {"door": "1001", "outcome": "1", "adults": "2", "method": "1", "paper_no": "0007", "slot": "1"}
    save(chen, sheet(village, typed | {"material_leaflet": "1", "note": "下午再来"}, days_ago=1))
    assert village.figures() == changed(**COVERED, signed=1, offered=1)
    (visit,) = visits(village)
    assert (visit.source, visit.worker_id, visit.device_id) == ("paper", person(village, "wang").id, None)
    assert (visit.adults_listened, visit.facts["note"]) == (2, "下午再来")
    assert visit.facts["materials"] == [{"material": "leaflet", "quantity": 1}]
    assert visit.visited_at == clock.start_of(clock.today() - timedelta(days=1)) + timedelta(hours=10)
    history = plain(chen.get(f"/office/visits/of/{village.ids['1001']}", htmx=True))
    assert "讲了" in history
    assert "王建国 纸质，陈秀英代录" in history
    phone = village.phone("wang")
    assert [r.data["source"] for r in phone.rows("visit").values()] == ["paper"]
    village.stands()


def test_each_save_leaves_an_audit_line_with_on_whose_behalf(village: Hefeng) -> None:
    save(village.office("chen"), sheet(village, {"door": "1001", "outcome": "2"}, {"door": "1002", "outcome": "1"}))
    by, worker = person(village, "chen").id, person(village, "wang").id
    with village.app.app_context():
        line = db.session.query(AuditLine).filter_by(verb="paper").one()
        assert (line.person_id, line.subject) == (by, worker)
        assert line.detail["count"] == 2


def test_all_or_nothing_and_what_was_typed_survives_the_refusal(village: Hefeng) -> None:
    chen = village.office("chen")
    form = sheet(village, {"door": "1001", "outcome": "1"}, {"door": "九组7号", "outcome": "1", "note": "看不清"})
    page = save(chen, form, status=422)
    assert "有 1 行要看一下，什么都没有存，填的都还在" in plain(page)
    assert "没有找到这一户" in plain(page)
    assert village.figures() == changed()
    again = chen.get(PAGE)
    for value in ("1001", "九组7号", "看不清"):
        assert f'value="{value}"' in again, "also after a reload"


def test_only_the_right_rows_are_saved_when_told_and_the_others_stay(village: Hefeng) -> None:
    chen = village.office("chen")
    save(chen, sheet(village, {"door": "1001", "outcome": "1"}, {"door": "1002", "outcome": "x"}), how="right")
    assert village.figures() == changed(**COVERED)
    page = chen.get(f"{PAGE}?saved=1")
    assert "存好了 1 条" in plain(page)
    assert 'value="1001"' not in page
    assert 'value="1002"' in page
    assert "结果要填上面的数字" in plain(page)


def test_what_is_typed_is_kept_row_by_row_before_any_save(village: Hefeng) -> None:
    chen = village.office("chen")
    form = sheet(village, {"door": "一组1号", "outcome": "2"})
    answer = plain(chen.client.post(f"{PAGE}/row/0", data=form).text)
    assert answer == "一组1号 王水根 好了"
    assert 'value="一组1号"' in chen.get(PAGE)
    assert 'value="一组1号"' not in village.office("tang").get(PAGE), "each their own sheet"
    save(chen, form, how="drop")
    assert 'value="一组1号"' not in chen.get(PAGE)
    assert village.figures() == changed()


def test_what_comes_late_from_before_a_save_is_not_kept_again(village: Hefeng) -> None:
    chen = village.office("chen")
    form = sheet(village, {"door": "1001", "outcome": "2"})
    save(chen, form)
    chen.client.post(f"{PAGE}/row/0", data=form)
    page = chen.get(PAGE)
    assert 'value="1001"' not in page
    assert 'name="turn" value="1"' in page


@pytest.mark.parametrize("said", ["1003", "一组3号", "一组3", "1-3", "1组3号", "１－３", "1.3", "张桂花"])
def test_a_door_is_known_by_number_by_group_and_door_and_by_name(village: Hefeng, said: str) -> None:
    form = sheet(village, {"door": said, "outcome": "1"})
    assert "一组3号 张桂花" in plain(village.office("chen").client.post(f"{PAGE}/row/0", data=form).text)


def test_the_town_types_without_seeing_or_finding_names(village: Hefeng) -> None:
    tang = village.office("tang")
    form = sheet(village, {"door": "1003", "outcome": "1"}, {"door": "张桂花", "outcome": "1"})
    assert plain(tang.client.post(f"{PAGE}/row/0", data=form).text) == "一组3号 好了"
    assert "没有找到这一户" in tang.client.post(f"{PAGE}/row/1", data=form).text


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"outcome": "1"}, "没有填是哪一户"),
        ({"door": "1001"}, "没有填结果"),
        ({"door": "1001", "outcome": "1", "adults": "两个"}, "人数要填数字"),
        ({"door": "1001", "outcome": "2", "method": "1"}, "没见到人，承诺书这一格请空着"),
        ({"door": "1001", "outcome": "1", "paper_no": "7"}, "纸质的编号要配 1"),
        ({"door": "1001", "outcome": "1", "method": "2", "paper_no": "7"}, "只有纸质的承诺书有编号"),
        ({"door": "1001", "outcome": "1", "slot": "下午"}, "时间要填 1 到 4"),
        ({"door": "1009", "outcome": "1"}, "这一户那天不归他管"),
    ],
)
def test_a_wrong_row_says_what_to_do(village: Hefeng, row: dict[str, str], sentence: str) -> None:
    assert sentence in plain(save(village.office("chen"), sheet(village, row), status=422))
    assert visits(village) == []


def test_the_head_of_the_sheet_is_asked_for(village: Hefeng) -> None:
    chen = village.office("chen")
    row = {"door": "1001", "outcome": "1"}
    assert "请选是替谁录的" in save(chen, sheet(village, row) | {"worker": "nobody"}, status=422)
    assert "请选是替谁录的" in save(chen, sheet(village, row, worker="zhao"), status=422), "of 柳溪村"
    assert "请填走访的日期" in save(chen, sheet(village, row) | {"day": "昨天"}, status=422)
    assert "日期还没有到" in save(chen, sheet(village, row, days_ago=-1), status=422)
    assert "这一天没有行动" in save(chen, sheet(village, row, days_ago=4000), status=422)
    assert "还没有可以存的行" in save(chen, sheet(village), status=422)
    assert visits(village) == []


def test_the_worker_must_have_had_the_grid_on_that_day(village: Hefeng) -> None:
    worker = person(village, "wang").id
    with village.app.app_context():
        mine = db.session.query(Assignment).filter_by(person_id=worker).one()
        mine.until = clock.now() - timedelta(days=3)
        db.session.commit()
    chen, row = village.office("chen"), {"door": "1001", "outcome": "1"}
    assert "那天不归他管" in save(chen, sheet(village, row), status=422)
    save(chen, sheet(village, row, days_ago=5))
    assert village.figures() == changed(**COVERED)
    village.stands()


def test_the_same_slip_again_asks_first(village: Hefeng) -> None:
    chen = village.office("chen")
    form = sheet(village, {"door": "1001", "outcome": "1"})
    save(chen, form)
    page = plain(save(chen, form, status=422))
    assert "这一户这天已经代录过「讲了」" in page
    assert village.figures() == changed(**COVERED)
    save(chen, form | {"sure.0": "1"})
    assert village.figures() == changed(**COVERED | {"visits": 2})
    twice = sheet(village, {"door": "1002", "outcome": "2"}, {"door": "1-2", "outcome": "2"})
    assert "和第 1 行一样" in plain(save(chen, twice, status=422))


def test_what_the_phone_has_already_is_not_typed_again_unasked(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    day = clock.day_of(village.start)
    form = sheet(village, {"door": "1001", "outcome": "1"}) | {"day": day.isoformat()}
    assert "手机上已经记过「讲了」" in plain(save(village.office("chen"), form, status=422))


def test_doors_stand_ready_in_roster_order_and_untouched_ones_are_not_saved(village: Hefeng) -> None:
    chen = village.office("chen")
    typed = sheet(village, {"door": "1001", "outcome": "1"}) | {"group": "990102103201002"}
    page = chen.get(chen.client.post(PAGE, data=typed).location)
    assert re.findall(r'name="door\.\d+" value="(\d+)"', page) == ["1001", "1006", "1007", "1008"], (
        "what was typed stays above"
    )
    rows = [
        {"door": no, "given": "1", "outcome": outcome} for no, outcome in (("1006", ""), ("1007", "1"), ("1008", ""))
    ]
    save(chen, sheet(village, *rows))
    assert village.figures() == changed(**COVERED)


def test_a_slip_is_corrected_on_the_phone_and_voided_in_the_office_like_any_visit(village: Hefeng) -> None:
    chen = village.office("chen")
    save(chen, sheet(village, {"door": "1001", "outcome": "2"}, {"door": "1002", "outcome": "1"}))
    phone = village.phone("wang")
    slip = {r.data["place_id"]: ident for ident, r in phone.rows("visit").items()}
    village.correct(
        phone, slip[village.ids["1001"]], "1001", "met_covered", clock.text_of(clock.now() + timedelta(seconds=2))
    )
    phone.sync()
    chen.post(f"/office/visits/{slip[village.ids['1002']]}/void", reason="看错一行")
    assert village.figures() == changed(**COVERED)
    village.stands()


def test_verify_misses_a_slip_whose_visit_is_gone_and_a_rebuild_brings_it_back(village: Hefeng) -> None:
    save(village.office("chen"), sheet(village, {"door": "1001", "outcome": "1"}))
    with village.app.app_context():
        db.session.query(Visit).delete()
        db.session.commit()
    told = village.flask("sync", "verify", "--json", code=1)
    assert [p["code"] for p in told["problems"]] == ["row"]
    assert village.flask("sync", "rebuild", "--json")["different"] == 1
    village.stands()


def test_an_away_slip_waits_for_review_and_counts_after_it(village: Hefeng) -> None:
    save(village.office("chen"), sheet(village, {"door": "1001", "outcome": "92"}))
    assert village.items() == [("away", "1001")]
    village.flask("places", "decide", village.item("away", "1001"), "accept", "--by", "chen")
    assert village.figures() == changed(away=1, D=11, visits=1)
    village.stands()


def test_a_merged_door_takes_the_slip_to_the_one_that_stays(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "duplicate", 2, of="1003")
    phone.sync()
    village.flask("places", "decide", village.item("duplicate", "1002"), "accept", "--by", "chen")
    save(village.office("chen"), sheet(village, {"door": "1002", "outcome": "1"}))
    (visit,) = visits(village)
    assert visit.place_id == village.ids["1003"]


def test_a_cadre_of_one_village_types_nothing_for_another(village: Hefeng) -> None:
    form: dict[str, Any] = sheet(village, {"door": "1001", "outcome": "1"})
    answer = village.office("chen").client.post(f"/office/paper/{OTHER}", data={**form, "all": "1"})
    assert answer.status_code == 403
