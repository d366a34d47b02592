"""What comes with the product is whole, and is said in plain words."""

from __future__ import annotations

import re

import pytest

from doorknock.materials.catalogue import APP, CARD, FIRST_AID, FRAUD, SLOGAN, Material, materials, of_kind
from tests.databases import ROOT

ALL = pytest.mark.parametrize("material", materials().values(), ids=lambda each: each.key)
NAMES = (
    "刷单返利 虚假投资理财 虚假购物服务 冒充客服退款 虚假贷款 虚假征信 冒充领导熟人 冒充公检法 网恋交友 游戏交易 AI换脸拟声 "
    "养老保健骗局 中奖补贴助学 陌生二维码引流 两卡出租 线下取现寄黄金 商铺收款码被换"
).split()
JARGON = ("涉案", "资金链", "高发", "研判", "切实", "引流", "话术", "标的", "平台方", "赋能")


def test_the_seventeen_kinds_of_fraud_and_the_slogans_are_there() -> None:
    assert {each.name for each in of_kind(FRAUD)} == set(NAMES)
    assert {each.name for each in of_kind(SLOGAN)} == {"五个凡是", "八个凡是", "六个一律", "三不一多", "三是否"}
    assert {each.key for each in of_kind(CARD)} == {FIRST_AID, APP}


@ALL
def test_a_sentence_has_at_most_twenty_characters_on_average(material: Material) -> None:
    sentences = [part for text in material.sentences for part in re.split("[。？：]", text) if part.strip("“” ")]
    assert sum(map(len, sentences)) / len(sentences) <= 20
    assert max(map(len, sentences)) <= 30


@ALL
def test_no_word_of_an_office_is_in_it(material: Material) -> None:
    assert [word for word in JARGON for text in material.sentences if word in text] == []


@pytest.mark.parametrize("material", of_kind(FRAUD), ids=lambda each: each.key)
def test_a_kind_of_fraud_says_what_is_said_how_to_tell_and_what_to_do(material: Material) -> None:
    assert len(material.line) == 2
    assert max(map(len, material.line)) <= 11
    assert (len(material.says), len(material.tell), len(material.do)) == (3, 3, 3)
    assert material.audience
    assert sorted(each.right for each in material.quiz) == [False, False, True]
    assert all(said.startswith("“") and said.endswith("”") for said in material.says)


@pytest.mark.parametrize("key", [*[each.key for each in of_kind(FRAUD)], FIRST_AID, APP, "sanshifou", "slogan"])
def test_its_drawing_has_no_writing_and_nothing_from_elsewhere(key: str) -> None:
    drawing = (ROOT / "static" / "drawings" / f"{key}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 328 262"' in drawing
    assert re.findall(r"<(text|image|script|style|foreignObject|use|a)\b|href|url\(|on\w+=", drawing) == []
    assert len(drawing) < 1400
