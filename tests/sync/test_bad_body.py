"""What a phone of 禾丰村 is told of a body that can't be taken: which field, in plain Chinese."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hefeng import Hefeng

BAD: list[tuple[dict[str, Any], str]] = [
    ({"outcome": None}, "「走访结果」没有填"),
    ({"outcome": "shouted_at"}, "「走访结果」不认识这个选项"),
    ({"adults_listened": "2"}, "「听讲的大人」要 0 到 999 的整数"),
    ({"adults_listened": True}, "「听讲的大人」要 0 到 999 的整数"),
    ({"note": "长" * 101}, "「备注」最多 100 个字"),
    ({"note": "a\x00b"}, "「备注」要文字"),
    ({"app": 3}, "「安装情况」填得不对"),
    ({"materials": {}}, "「资料」要一列"),
    ({"photos": ["0" * 64] * 4}, "「照片」最多 3 个"),
    ({"commitment": {"method": "screen", "strokes": [["x" * 9000]]}}, "「签名」签名太大了"),
    ({"visited_at": "昨天"}, "「走访时间」时间不对"),
    ({"geo": {"lat": 91, "lon": 0}}, "「位置」数字不对"),
]


@pytest.mark.parametrize(
    ("fields", "said"), BAD, ids=[next(iter(fields)) + f" {i}" for i, (fields, _) in enumerate(BAD)]
)
def test_a_bad_field_is_named_in_plain_chinese_and_the_event_is_held(
    village: Hefeng, fields: dict[str, Any], said: str
) -> None:
    phone = village.phone("wang")
    body = {"place_id": village.ids["1001"], "outcome": "met_covered"} | fields
    phone.event("visit", body, village.at(1))
    head = phone.sync().head
    assert head["held"] == [[1, 1]]
    assert [(a["code"], a["detail"]) for a in head["attention"]] == [("bad_body", said)]
    assert village.figures()["visits"] == 0


def test_an_unknown_field_and_an_unknown_campaign_are_not_bad(village: Hefeng) -> None:
    phone = village.phone("wang")
    place = village.ids["1001"]
    phone.event("visit", {"place_id": place, "outcome": "nobody_home", "weather": "雨", "geo": None}, village.at(1))
    phone.event("visit", {"place_id": place, "outcome": "nobody_home", "campaign_id": "spring-1999"}, village.at(2))
    head = phone.sync().head
    assert [(a["n"], a["code"]) for a in head["attention"]] == [(2, "unknown_campaign")]
    assert village.figures()["visits"] == 1
