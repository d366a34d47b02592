"""请我说明: the office asks one worker about one door, and only he sees it and only he can answer."""

from __future__ import annotations

import re

from doorknock import changes, web
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.visits.asks import Ask
from tests.hefeng import GRID_B, Hefeng, Screen, plain
from tests.wire.client import Phone
from tests.wire.lines import Json


def asked(
    village: Hefeng, person: str, number: str, to: str, question: str = "这一户是听谁说的？", due: str = ""
) -> str:
    """Ask through the form; the id of the question."""
    screen = village.office(person)
    address = f"/office/asks/new/{village.ids[number]}"
    screen.post(address, question=question, to=option(screen, address, to), due=due)
    with village.app.app_context():
        return str(db.session.scalars(db.select(Ask.id).order_by(Ask.id.desc())).first())


def option(screen: Screen, address: str, words: str) -> str:
    """The value of the choice with these words in it."""
    found = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)</option>', screen.get(address))
    return next(str(value) for value, said in found if words in said)


def rows(phone: Phone) -> list[Json]:
    phone.sync()
    return [row.data for row in phone.rows("ask").values()]


def test_who_may_not_review_here_may_not_ask(village: Hefeng) -> None:
    address = f"/office/asks/new/{village.ids['1001']}"
    for person in ("gao", "xu", "lin"):
        village.office(person).post(address, status=403, question="为什么", to="x")
    assert village.office("chen").post(address, status=422, question="为什么", to="x").status_code == 422
    with village.app.app_context():
        assert db.session.scalars(db.select(Ask)).all() == []


def test_a_question_reaches_only_the_worker_who_is_asked(village: Hefeng) -> None:
    wang, zhou = village.phone("wang"), village.phone("zhou")
    ident = asked(village, "chen", "1001", "王建国", due="1")
    assert [(r["question"], r["answer"]) for r in rows(wang)] == [("这一户是听谁说的？", None)]
    assert wang.rows("ask").keys() == {ident}
    assert rows(zhou) == [], "the same grid, another worker"
    with village.app.app_context():
        line = db.session.scalars(db.select(AuditLine).where(AuditLine.verb == "ask")).one()
        assert (line.subject, line.region) == (ident, "990102103201")
    village.stands()


def test_the_answer_stands_in_the_office_and_a_later_one_in_its_place(village: Hefeng) -> None:
    phone = village.phone("wang")
    ident = asked(village, "chen", "1001", "王建国")
    phone.event("explanation", {"item_id": ident, "text": "邻居说的"}, village.at(20))
    phone.event("explanation", {"item_id": ident, "text": "更早写的，后到"}, village.at(10))
    answer = phone.sync()
    assert answer.attention == []
    assert [r["answer"] for r in rows(phone)] == ["邻居说的"]
    shown = plain(village.office("chen").get(f"/office/asks/of/{village.ids['1001']}", htmx=True))
    assert "问王建国 这一户是听谁说的？" in shown
    assert "说明 邻居说的" in shown
    village.stands()


def test_the_town_reads_questions_without_names(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "nobody_home", 1)
    phone.sync()
    asked(village, "tang", "1001", "去过这一户")
    address = f"/office/asks/of/{village.ids['1001']}"
    shown = plain(village.office("tang").get(address))
    assert "问网格员 这一户是听谁说的？" in shown
    assert "王建国" not in shown
    assert "问王建国" in plain(village.office("chen").get(address))


def test_a_door_without_questions_gives_an_empty_fragment(village: Hefeng) -> None:
    assert village.office("chen").get(f"/office/asks/of/{village.ids['1001']}", htmx=True).strip() == ""


def test_another_workers_question_cannot_be_answered(village: Hefeng) -> None:
    zhou = village.phone("zhou")
    ident = asked(village, "chen", "1001", "王建国")
    zhou.event("explanation", {"item_id": ident, "text": "我替他说"})
    assert zhou.sync().attention == [(1, "not_asked")]
    shown = plain(village.office("chen").get(f"/office/asks/of/{village.ids['1001']}", htmx=True))
    assert "还没说明" in shown
    village.stands()


def test_an_answer_to_a_question_that_the_server_lost_waits_for_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    ident = asked(village, "chen", "1001", "王建国")
    with village.app.app_context():
        lost = db.session.scalars(db.select(Ask)).one()
        kept = {c.name: getattr(lost, c.name) for c in Ask.__table__.columns}
        db.session.delete(lost)
        db.session.commit()
    phone.event("explanation", {"item_id": ident, "text": "邻居说的"})
    assert phone.sync().attention == [(1, "unknown_ask")]
    with village.app.app_context():
        changes.lock({kept["grid"]})
        db.session.add(Ask(**kept))
        changes.announce(kept["county"], {ident})
        web.commit()
    assert phone.sync().attention == []
    assert [r["answer"] for r in rows(phone)] == ["邻居说的"]
    village.stands()


def test_a_question_goes_along_with_its_door(village: Hefeng) -> None:
    zhou, wang = village.phone("zhou"), village.phone("wang")
    ident = asked(village, "chen", "1001", "周海生")
    assert [r["question"] for r in rows(zhou)] == ["这一户是听谁说的？"]
    wang.event("place_edit", {"place_id": village.ids["1001"], "group": "990102103201003"})
    wang.sync()
    assert len(rows(zhou)) == 1
    assert zhou.rows("ask")[ident].grid == GRID_B
    village.stands()


def test_a_report_brings_its_own_question_and_its_writer_first(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "away")
    phone.sync()
    item = village.item("away", "1002")
    page = village.office("chen").get(f"/office/asks/new/{village.ids['1002']}?item={item}")
    assert "这一户长期不在家，是听谁说的？" in page
    assert re.findall(r"<option[^>]*>([^<]*)</option>", page)[0] == "王建国（这一条是他记的）"


def test_a_worker_who_no_longer_has_the_grid_is_not_asked(village: Hefeng) -> None:
    screen = village.office("chen")
    address = f"/office/asks/new/{village.ids['1001']}"
    assert "李春梅" not in screen.get(address)
    with village.app.app_context():
        li = by_username("li")
        assert li is not None
        ident = li.id
    answer = screen.post(address, status=422, question="为什么没人", to=ident)
    assert "现在不管这一户所在的网格" in answer.text
    assert "为什么没人" in answer.text, "what was written stays"
