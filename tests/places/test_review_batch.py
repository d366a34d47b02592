"""一起定: the ticked lines of one group and kind are decided together or not at all, and undone alone or together."""

from __future__ import annotations

import re

from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.places.standing import Decision
from tests.hefeng import VILLAGE, Hefeng, Screen, changed, plain
from tests.places.test_review_queue import chen_walks
from tests.wire.lines import uuid7

PAGE = f"/office/review/{VILLAGE}"
TOGETHER = f"{PAGE}/together"
GROUP, OTHER_GROUP = "990102103201001", "990102103201002"


def new_doors(village: Hefeng, count: int, group: str = GROUP, person: str = "wang") -> list[str]:
    """So many new doors in a group; the ids of the items."""
    phone = village.phone(person)
    made = []
    for n in range(count):
        ident = uuid7(phone.now())
        number = f"9{group[-1]}{len(village.ids):02d}"
        body = {"place_id": ident, "grid": "990102103201001", "group": group, "local_no": number}
        phone.event("place_new", body, village.at(n))
        village.ids[number] = ident
        made.append(number)
    phone.sync()
    return [village.item("new", number) for number in made]


def press(screen: Screen, items: list[str], verdict: str = "accept", status: int = 303, group: str = GROUP) -> str:
    form = {"kind": "new", "group": group, "item": items, "shown": " ".join(items), "verdict": verdict}
    return plain(screen.post(TOGETHER, status=status, **form).text)


def test_who_may_not_review_decides_nothing_together(village: Hefeng) -> None:
    items = new_doors(village, 2)
    for person in ("gao", "xu", "lin"):
        press(village.office(person), items, status=403)
    assert village.figures() == changed(pending=2)


def test_one_page_shows_every_line_and_the_total_effect_and_keeps_nothing(village: Hefeng) -> None:
    new_doors(village, 3)
    chen = village.office("chen")
    assert "能一起定的 一组·新户 3 条" in plain(chen.get(PAGE))
    page = chen.get(f"{TOGETHER}?kind=new&group={GROUP}")
    assert "勾的都同意以后 应访 D 12 → 15 还要去 12 → 15" in plain(page)
    assert "同意这 3 条" in plain(page)
    assert len(re.findall(r'name="item"[^>]*checked', page)) == 3
    assert village.figures() == changed(pending=3)


def test_together_they_are_decided_each_with_its_own_undo(village: Hefeng) -> None:
    items = new_doors(village, 3)
    chen = village.office("chen")
    press(chen, items)
    assert village.figures() == changed(N=15, D=15)
    village.stands()
    with village.app.app_context():
        assert db.session.query(AuditLine).filter_by(verb="review.accept").count() == 3
        assert len({d.batch for d in db.session.query(Decision)}) == 1
    page = plain(chen.get(f"/office/decided/{VILLAGE}/{items[0]}"))
    assert "撤回以后 应访 D 15 → 14" in page
    assert "这一次定的 3 条都撤回" in page
    chen.post(f"/office/decided/{VILLAGE}/{items[0]}")
    assert village.figures() == changed(N=14, D=14, pending=1)
    assert "应访 D 14 → 12" in plain(chen.get(f"/office/decided/{VILLAGE}/{items[1]}?all=1"))
    chen.post(f"/office/decided/{VILLAGE}/{items[1]}", all="1")
    assert village.figures() == changed(pending=3)
    village.stands()


def test_what_was_not_seen_is_not_decided(village: Hefeng) -> None:
    """A tick changed after the figures were shown: the new figures come first."""
    items = new_doors(village, 3)
    form = {"kind": "new", "group": GROUP, "item": items[:2], "shown": " ".join(items), "verdict": "accept"}
    page = plain(village.office("chen").post(TOGETHER, status=200, **form).text)
    assert "应访 D 12 → 14" in page
    assert "勾的改过了" in page
    assert village.figures() == changed(pending=3)


def test_one_line_that_cannot_be_decided_stops_them_all_and_is_named(village: Hefeng) -> None:
    items = new_doors(village, 3)
    village.flask("places", "decide", items[1], "reject", "--by", "tang")
    chen = village.office("chen")
    page = press(chen, items, status=409)
    assert "9113" in page
    assert "已经定过了，结果不一样" in page
    assert "一条都没有定" in page
    assert village.figures() == changed(pending=2)
    village.stands()
    press(chen, [items[0], items[2]])
    assert village.figures() == changed(N=14, D=14)


def test_what_the_reviewer_reported_is_left_out_and_said(village: Hefeng) -> None:
    chen_walks(village)
    theirs, own = new_doors(village, 2), new_doors(village, 1, person="chen")
    chen = village.office("chen")
    page = plain(chen.get(f"{TOGETHER}?kind=new&group={GROUP}"))
    assert "同意这 2 条" in page
    assert "您自己报的 1" in page
    assert "是您自己报的，请单独定" in press(chen, theirs + own, status=409)
    assert village.figures() == changed(pending=3)
    press(chen, theirs)
    assert village.figures() == changed(N=14, D=14, pending=1)


def test_nothing_ticked_and_duplicates_are_refused(village: Hefeng) -> None:
    new_doors(village, 2)
    chen = village.office("chen")
    assert "一条也没有勾" in press(chen, [], status=409)
    assert "一条一条定" in chen.get(f"{TOGETHER}?kind=duplicate&group={GROUP}", status=409)
    assert "定完了" in chen.get(f"{TOGETHER}?kind=new&group={OTHER_GROUP}")
    assert village.figures() == changed(pending=2)
