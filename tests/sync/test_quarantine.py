"""What is held without effect: staff see why, accept what a person may judge, and reject with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from doorknock import web
from doorknock.db import db
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.sync.journal import JournalLine, Stray
from tests.hefeng import TOWN, VILLAGE, Hefeng, Screen, changed, plain
from tests.wire.client import Phone
from tests.wire.lines import freeze, rfc3339
from tests.wire.roster import LIUXI, make_roster

COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}
PAGE = f"/office/quarantine/{VILLAGE}"


def held(village: Hefeng, n: int) -> str:
    """The id of the newest journal line with this number."""
    with village.app.app_context():
        return db.session.query(JournalLine).filter_by(n=n).order_by(JournalLine.received_at.desc()).limit(1).one().id


def accept(screen: Screen, ident: str, status: int = 303) -> str:
    return screen.post(f"{PAGE}/{ident}/accept", status=status).text


def reject(screen: Screen, ident: str, reason: str, status: int = 303) -> str:
    return screen.post(f"{PAGE}/{ident}/reject", status=status, reason=reason).text


def test_who_may_not_look_is_refused(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    phone.sync()
    ident = held(village, 1)
    for person in ("gao", "xu", "lin"):
        village.office(person).get(PAGE, status=403)
        accept_as = village.office(person).post(f"{PAGE}/{ident}/accept", status=403)
        assert "您的岗位不能做这件事" in accept_as.text
    lin = village.office("lin")  # 柳溪村's own page does not reach into 禾丰村
    lin.post(f"/office/quarantine/990102103202/{ident}/accept", status=404)
    assert village.figures() == changed()


def test_an_event_out_of_scope_takes_effect_once_accepted(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    assert phone.sync().attention == [(1, "out_of_scope")]
    chen = village.office("chen")
    page = plain(chen.get(PAGE))
    assert "走访·讲了·三组1号" in page
    assert "王建国的手机" in page
    assert "当时不在他负责的网格里" in page
    accept(chen, held(village, 1))
    assert village.figures() == changed(**COVERED)
    assert phone.sync().attention == []
    assert "没有留着的" in chen.get(PAGE)
    li = village.phone("li")
    assert [r.data["outcome"] for r in li.rows("visit").values()] == ["met_covered"]
    village.stands()


@pytest.mark.parametrize("correction_first", [True, False])
def test_a_correction_of_a_held_visit_is_taken_in_either_order(village: Hefeng, *, correction_first: bool) -> None:
    first, second = village.phone("wang"), village.phone("wang")
    visit = first.event("visit", {"place_id": village.ids["1001"], "outcome": "met_covered"}, ahead(hours=25))
    village.correct(second, visit.id, "1001", "nobody_home", village.at(1))
    for phone in (second, first) if correction_first else (first, second):
        phone.sync()
    assert village.figures()["visits"] == 1
    assert (first.sync().attention, second.sync().attention) == ([], [])
    village.stands()


def test_what_waited_for_it_is_run_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    body = {
        "place_id": village.ids["1001"],
        "outcome": "met_covered",
        "commitment": {"version": "1", "method": "paper"},
    }
    visit = phone.event("visit", body, ahead(hours=25))
    other = village.phone("wang")
    other.event("commitment_withdrawal", {"commitment_id": visit.id}, village.at(1))
    other.sync()
    phone.sync()
    assert village.figures() == changed(), "both wait"
    assert [code for _, code in other.attention] == ["unknown_commitment"]
    chen = village.office("chen")
    accept(chen, held_of(village, "clock_future"))
    figures = village.figures()
    assert (figures["visits"], figures["offered"], figures["signed"]) == (1, 1, 0)
    assert (phone.sync().attention, other.sync().attention) == ([], [])
    village.stands()


def ahead(hours: float) -> str:
    return rfc3339(datetime.now(UTC) + timedelta(hours=hours))


def held_of(village: Hefeng, code: str) -> str:
    with village.app.app_context():
        return db.session.query(JournalLine).filter_by(code=code).one().id


def test_a_broken_chain_is_accepted_and_no_news_to_verify(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "nobody_home", 1)
    told = {"place_id": village.ids["1002"], "outcome": "met_covered", "visited_at": village.at(2)}
    first = phone.facts[1]
    phone.write(first | {"id": first["id"][:-4] + "abcd", "body": told}, prev="f" * 64)
    assert phone.sync().attention == [(2, "chain_broken")]
    accept(village.office("chen"), held_of(village, "chain_broken"))
    assert phone.sync().attention == []
    assert village.figures() == changed(attempted=2, met=1, covered=1, closed=1, visits=2)
    village.stands()


def test_a_rejected_line_stays_on_its_phone_with_the_reason(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    first = phone.facts[1]
    phone.write(first | {"id": first["id"][:-4] + "abcd"}, prev="f" * 64)
    phone.sync()
    chen = village.office("chen")
    assert "请写一句原因" in reject(chen, held(village, 1), "  ", status=409)
    reject(chen, held(village, 1), "三组不归他，李春梅会去")
    reject(chen, held(village, 2), "手机恢复过，重复了")
    answer = phone.sync()
    assert [(a["n"], a["code"], a["detail"]) for a in answer.head["attention"]] == [
        (1, "rejected", "三组不归他，李春梅会去"),
        (2, "rejected", "手机恢复过，重复了"),
    ]
    assert "定了不收的 2" in chen.get(PAGE)
    assert "已经定过了" in reject(chen, held(village, 1), "再来一次", status=409)
    accept(chen, held(village, 1), status=409)
    assert village.figures() == changed()
    village.stands()


def test_what_a_switched_off_phone_sends_waits_for_a_person(village: Hefeng) -> None:
    phone = village.phone("wang")
    switch_off(village, phone)
    village.visit(phone, "1001", "met_covered", 1)
    raw = phone.post_lines([phone.events[1].line])
    assert raw.status == 403
    accept(village.office("tang"), held_of(village, "revoked"))
    assert village.figures() == changed(**COVERED)
    village.stands()


def switch_off(village: Hefeng, phone: Phone) -> None:
    with village.app.app_context():
        devices.revoke(db.session.query(Device).filter_by(id=phone.device_id).one())
        web.commit()


def test_what_cannot_be_worked_out_is_not_accepted_and_says_why(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("visit", {"place_id": village.ids["1001"]}, village.at(1))
    nowhere = "0193aaaa-0000-7000-8000-000000000001"
    phone.event("visit", {"place_id": nowhere, "outcome": "nobody_home"}, village.at(2))
    phone.event("teleport", {}, village.at(3))
    phone.sync()
    chen = village.office("chen")
    page = plain(chen.get(PAGE))
    assert "不能收下：内容不全，收下也算不出来" in page
    assert page.count("缺的东西一到，它会自己生效") == 2
    assert "内容不全" in accept(chen, held(village, 1), status=409)
    assert "它会自己生效" in accept(chen, held(village, 2), status=409)
    accept(chen, held(village, 3), status=409)
    assert village.figures() == changed()


def test_another_fact_under_a_known_id_or_number_is_only_looked_at(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = village.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    told = {"place_id": village.ids["1001"], "outcome": "met_declined", "visited_at": village.at(1)}
    phone.event("visit", told, village.at(1), fact_id=visit.id)
    forged = freeze(1, "0" * 64, phone.facts[1] | {"body": told})
    assert phone.send([forged, *phone.waiting()]).attention == [(1, "body_differs"), (2, "body_differs")]
    chen = village.office("chen")
    assert plain(chen.get(PAGE)).count("看过了") == 2
    with village.app.app_context():
        stray = db.session.query(Stray).one().id
    assert "看过就行" in reject(chen, stray, "不要", status=409)
    accept(chen, stray)
    accept(chen, held(village, 2))
    assert phone.sync().attention == []
    assert village.figures() == changed(**COVERED), "looking has no effect"
    village.stands()


def test_a_village_does_not_decide_what_lies_in_another(village: Hefeng) -> None:
    """王建国 of 禾丰村 recorded at a door of 柳溪村: that is the town's to decide."""
    path = make_roster(LIUXI, village.folder / "柳溪.xlsx")
    village.flask("roster", "import", str(path), "--village", "990102103202", "--json")
    zhao = village.phone("zhao")
    place = next(iter(zhao.rows("place")))
    phone = village.phone("wang")
    phone.event("visit", {"place_id": place, "outcome": "met_covered"}, village.at(1))
    assert phone.sync().attention == [(1, "out_of_scope")]
    ident = held(village, 1)
    assert "要请镇里定" in accept(village.office("chen"), ident, status=409)
    tang = village.office("tang")
    assert "柳溪村" in tang.get(f"/office/quarantine/{TOWN}")
    tang.post(f"/office/quarantine/{TOWN}/{ident}/accept")
    assert phone.sync().attention == []
    village.stands()


def test_each_reason_says_what_to_do_and_what_the_line_says(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    phone.event("visit", {"place_id": village.ids["1001"]}, village.at(2))
    phone.sync()
    page = plain(village.office("chen").get(PAGE))
    assert "真是他去的就收下" in page
    assert "走访·讲了·三组1号" in page
    assert "在手机的「要您看一下」里，改正以后这一条就没有了" in page


def together(screen: Screen, verdict: str, lines: list[str], reason: str = "", status: int = 303) -> str:
    return screen.post(f"{PAGE}/together/{verdict}", status=status, line=lines, reason=reason).text


def test_nobody_else_decides_lines_together(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    phone.sync()
    for person in ("gao", "xu", "lin"):
        together(village.office(person), "accept", [held(village, 1)], status=403)
    assert village.figures() == changed()


def test_lines_held_for_one_reason_are_accepted_together_or_rejected_together(village: Hefeng) -> None:
    phone = village.phone("wang")
    for n, number in enumerate(("1009", "1010", "1011", "1012"), 1):
        village.visit(phone, number, "met_covered", n)
    phone.sync()
    chen = village.office("chen")
    assert "勾的都收下，算数" in chen.get(PAGE)
    ids = [held(village, n) for n in (1, 2, 3, 4)]
    together(chen, "accept", ids[:2])
    assert village.figures() == changed(attempted=2, met=2, covered=2, closed=2, visits=2)
    assert "请写一句原因" in together(chen, "reject", ids[2:], status=409)
    together(chen, "reject", ids[2:], "记错了门")
    page = plain(chen.get(f"{PAGE}?done=2"))
    assert "定好了 2 条" in page
    assert "定了不收的 2" in page
    village.stands()


def test_one_line_that_cannot_be_accepted_keeps_the_others_as_they_were(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1009", "met_covered", 1)
    phone.event("visit", {"place_id": village.ids["1001"]}, village.at(2))
    phone.sync()
    chen = village.office("chen")
    told = plain(together(chen, "accept", [held(village, 1), held(village, 2)], status=409))
    assert "王建国" in told
    assert "内容不全" in told
    assert "一条都没有定" in told
    assert village.figures() == changed()
    assert "一条也没有勾" in plain(together(chen, "accept", [], status=409))
    village.stands()


def test_voiding_a_visit_that_never_took_effect_voids_the_correction_that_did(village: Hefeng) -> None:
    phone = village.phone("wang")
    nowhere = {"place_id": "01900000-0000-7000-8000-000000000009", "outcome": "met_covered"}
    first = phone.event("visit", nowhere, village.at(1))
    village.correct(phone, first.id, "1001", "met_covered", village.at(2))
    phone.sync()
    assert village.figures()["visits"] == 1
    phone.event("correction", {"supersedes": first.id, "void": True}, village.at(3))
    phone.sync()
    assert village.figures() == changed()
    village.stands()
