"""product.md §5 read from the sources: what may not be kept has no field and no word; declining costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from doorknock import create_app
from doorknock.commitments.fold import METHODS
from doorknock.commitments.models import RELATIONS
from doorknock.db import Base
from doorknock.places.columns import NAMES as COLUMNS
from doorknock.places.models import AWAY_KINDS, KINDS, STATUSES
from doorknock.sync.kinds import KINDS as EVENTS
from doorknock.visits.fold import OUTCOMES, PLAIN
from doorknock.visits.models import MODES, SLOTS
from tests.hefeng import TOWN, VILLAGE, Hefeng

create_app({"TESTING": True, "SECRET_KEY": "t" * 32})
ROOT = Path(__file__).parent.parent.parent
CODES = (
    "id_card", "id_number", "idcard", "birth", "age", "gender", "sex", "bank", "card_no", "income",
    "poor", "health", "disab", "religion", "ethnic", "nation", "party", "politic", "face", "finger",
    "voiceprint", "score", "rank", "risk", "level_of", "blacklist", "suspect", "victim", "uncooperative", "stubborn",
    "refus", "tag", "label", "track", "check_in", "checkin", "criminal", "debt", "loss", "amount",
)  # fmt: skip
"""Parts of names that no field about a person may bear."""
WHOLE = {"age", "sex", "tag", "rank", "loss", "amount", "party", "nation", "label"}
"""Those that are parts of harmless words: only as a word of their own."""
WORDS = (
    "黑名单", "高危", "高风险", "风险等级", "嫌疑", "重点人", "重点户", "打分", "评分", "积分",
    "排名", "排行", "红榜", "黑榜", "落后", "倒数", "末位", "打卡", "签到", "轨迹",
    "人脸", "指纹", "拒访", "拒绝", "不配合", "顽固", "钉子户", "民族", "宗教", "收入",
    "病史", "残疾", "贫困", "低保", "前科", "出生", "生日", "性别", "被骗过", "受害人",
    "损失金额", "涉诈", "两卡人员", "境外人员", "劝返",
)  # fmt: skip
"""Words that no screen says of anybody. What is promised not to be kept (身份证) may be named in the promise."""
SAID_ALOUD = [*sorted(ROOT.glob("templates/**/*.html")), *sorted((ROOT / "static").glob("*/**/*.js"))]
PYTHON = sorted(ROOT.glob("doorknock/**/*.py"))


def forbidden(name: str) -> bool:
    parts = name.lower().split("_")
    return any(code in parts if code in WHOLE else code in name.lower() for code in CODES)


def test_no_column_may_hold_what_must_not_be_known() -> None:
    columns = [f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns]
    assert [name for name in columns if forbidden(name.partition(".")[2])] == []


def names_of(schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        yield name
        if isinstance(field, fields.Nested):
            yield from names_of(field.schema)
        elif isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            yield from names_of(field.inner.schema)


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_no_event_of_a_phone_has_a_field_for_it(kind: str) -> None:
    assert [name for name in names_of(EVENTS[kind].schema) if forbidden(name)] == []


def test_no_closed_list_has_a_value_for_it() -> None:
    lists = (OUTCOMES, PLAIN, METHODS, RELATIONS, KINDS, STATUSES, AWAY_KINDS, MODES, SLOTS, COLUMNS)
    values = [str(value) for known in lists for value in known]
    assert [value for value in values if forbidden(value)] == []
    words = [str(word) for known in (OUTCOMES, PLAIN, METHODS, KINDS, AWAY_KINDS) for word in known.values()]
    assert [word for word in words if any(bad in word for bad in WORDS)] == []


def test_the_scan_finds_what_it_is_for() -> None:
    assert all(forbidden(name) for name in ("risk_level", "id_card", "age", "refusal_reason", "tag", "score"))
    assert not any(forbidden(name) for name in ("page", "storage", "message", "signer_relation", "quantity"))
    assert said("<p>高危户</p>", Path("x.html")) == ["高危"]


def said(text: str, path: Path) -> list[str]:
    plain = re.sub(r"/\*.*?\*/|^\s*//.*?$|\{#.*?#\}", "", text, flags=re.S | re.M) if path.suffix != ".py" else text
    return [word for word in WORDS if word in plain]


def test_no_screen_and_no_sentence_of_the_server_says_such_a_word() -> None:
    files = [p for p in (*SAID_ALOUD, *PYTHON) if "vendor" not in p.parts]
    assert len(files) > 300
    found = {str(p.relative_to(ROOT)): bad for p in files if (bad := said(p.read_text(encoding="utf-8"), p))}
    assert found == {}


def shape(html: str) -> list[tuple[str, str]]:
    """What a page looks like row by row: whom each row is about, and every class in it; numbers and words left out."""
    rows = re.findall(r"<(?:tr|li)\b.*?</(?:tr|li)>", html, re.S)
    found = []
    for row in rows:
        about = re.search(r"/office/(?:places/one|coverage|gaps|people)/([\w-]+)", row)
        found.append((about[1] if about else "", " ".join(re.findall(r'class="([^"]*)"', row))))
    return found


PAGES = (
    f"/office/places/{VILLAGE}", f"/office/coverage/{VILLAGE}", f"/office/coverage/{TOWN}", "/office",
    f"/office/gaps/{VILLAGE}", f"/office/review/{VILLAGE}",
)  # fmt: skip


def test_swapping_declined_for_later_changes_no_order_and_no_colour_of_any_list(village: Hefeng) -> None:
    phone = village.phone("wang")
    events = [village.visit(phone, number, "met_declined", n) for n, number in enumerate(("1001", "1003", "1004"), 1)]
    village.visit(phone, "1002", "met_covered", 9)
    phone.sync()
    declined = {page: shape(village.office("tang").get(page)) for page in PAGES}
    for n, (event, number) in enumerate(zip(events, ("1001", "1003", "1004"), strict=True), 1):
        village.correct(phone, event.id, number, "met_later", village.at(n + 0.5))
    phone.sync()
    later = {page: shape(village.office("tang").get(page)) for page in PAGES}
    assert len(declined[PAGES[0]]) >= 12
    for page in PAGES:
        open_again = {village.ids[number] for number in ("1001", "1003", "1004")} if "gaps" in page else set()
        kept = [row for row in later[page] if row[0] not in open_again]
        assert [who for who, _ in kept] == [who for who, _ in declined[page]], page
        assert kept == declined[page], page


def test_the_shape_of_a_list_tells_colours_and_order() -> None:
    row = '<li class="{}"><a href="/office/places/one/{}">x</a></li>'
    plain = shape(row.format("line", "a") + row.format("line", "b"))
    assert plain == [("a", "line"), ("b", "line")]
    assert shape(row.format("line red", "a") + row.format("line", "b")) != plain
    assert shape(row.format("line", "b") + row.format("line", "a")) != plain


def test_a_declined_door_looks_like_a_covered_one_in_every_list(village: Hefeng) -> None:
    phone = village.phone("wang")
    event = village.visit(phone, "1001", "met_declined", 1)
    phone.sync()
    before = {page: shape(village.office("tang").get(page)) for page in PAGES}
    village.correct(phone, event.id, "1001", "met_covered", village.at(2))
    phone.sync()
    assert {page: shape(village.office("tang").get(page)) for page in PAGES} == before
