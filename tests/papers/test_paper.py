"""A paper is kept as it stands, and figures in it are protected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorknock.errors import Refused
from doorknock.papers.editing import LONGEST, edit, marked
from doorknock.papers.keeping import from_json, to_json
from doorknock.papers.legible import Broken, legible
from doorknock.papers.marks import FIGURES
from doorknock.papers.paper import Figure, Head, Paper, Paragraph, Row, Table, Words
from tests.hostile import strings
from tests.papers import qinghe

figures = st.builds(
    Figure, st.sampled_from([*FIGURES, "own.key"]), st.none() | st.integers(0, 10**9), st.none() | st.integers(0, 10**9)
)
plain = st.text(st.characters(exclude_characters="〔〕"), max_size=20).map(legible)
paragraphs = st.lists(plain | figures, max_size=8).map(lambda pieces: Paragraph(tuple(pieces)))


def refusal(paragraph: Paragraph, text: str) -> str:
    with pytest.raises(Refused) as caught:
        edit(paragraph, text)
    assert all(reason.endswith("。") for reason in caught.value.reasons)
    return " ".join(caught.value.reasons)


def test_the_figures_of_the_day_add_up() -> None:
    sums = [sum(row[n] or 0 for row in qinghe.DAY) for n in range(2, 9)]  # type: ignore[misc]
    assert sums == qinghe.SUMS
    assert sum(sums[1:6]) == sums[0]


@pytest.mark.parametrize("paper", [qinghe.daily(), qinghe.summary()], ids=["日报", "阶段总结"])
def test_a_paper_comes_back_from_json_as_it_was(paper: Paper) -> None:
    assert from_json(json.loads(json.dumps(to_json(paper)))) == paper


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept | {"version": 2},
        lambda kept: kept | {"paper": None},
        lambda kept: kept | {"paper": {"is": "figure", "key": "left", "value": 1}},
        lambda kept: kept | {"paper": kept["paper"] | {"kind": "leaflet"}},
        lambda kept: kept | {"paper": kept["paper"] | {"blocks": ["今天"]}},
        lambda kept: kept | {"paper": kept["paper"] | {"title": 3}},
        lambda kept: kept | {"paper": kept["paper"] | {"colour": "red"}},
        lambda kept: kept | {"paper": {"is": "os"}},
        lambda kept: "日报",
    ],
)
def test_what_is_no_paper_is_refused(change: Any) -> None:
    with pytest.raises(Broken):
        from_json(change(to_json(qinghe.daily())))


def test_a_paper_nested_without_end_is_refused() -> None:
    nest: Any = []
    for _ in range(500):
        nest = [nest]
    with pytest.raises(Broken):
        from_json({"version": 1, "paper": {"is": "paper", "blocks": nest}})


def test_a_figure_prints_its_base_and_never_zero_for_nothing() -> None:
    assert Figure("left", 2108).text == "2,108"
    assert Figure("closed_rate", 5092, 7200).text == "70.7%（5,092/7,200）"
    assert Figure("closed_rate", 0, 0).text == "—"
    assert Figure("day.visits", None).text == "—"
    assert Figure("declined", None, text="<5").text == "<5"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//qinghe.example/x", "https://qinghe.example", "/m/x", "/office/a b"]
)
def test_a_figure_leads_nowhere_but_into_the_office(href: str) -> None:
    with pytest.raises(Broken):
        Figure("left", 1, href=href)


def test_a_row_that_is_not_as_wide_as_its_head_makes_no_table() -> None:
    heads = (Head("村"), Head("走访"), Head("补到"))
    assert Table("", heads, (Row(("竹园村", Words("今日无安排", 2))),)).rows[0].columns()[1:] == [
        Words("今日无安排", 2),
        "",
    ]
    with pytest.raises(Broken):
        Table("", heads, (Row(("竹园村", Words("今日无安排"))),))


@pytest.mark.parametrize("text", strings())
def test_whatever_is_said_in_a_paper_can_be_printed(text: str) -> None:
    kept = Paragraph((text,)) if "〔" not in text else Paragraph((text.replace("〔", ""),))
    kept.text.encode()
    assert not any(ord(sign) < 32 or sign in "\u202e\u200b\ufeff" for sign in kept.text)


@given(paragraphs)
def test_a_paragraph_that_was_not_changed_comes_back_as_it_was(paragraph: Paragraph) -> None:
    assert edit(paragraph, marked(paragraph)) == paragraph


@given(paragraphs, st.text(max_size=80))
def test_whatever_is_typed_every_figure_stands_or_it_is_refused(paragraph: Paragraph, text: str) -> None:
    before = [each for each in paragraph.pieces if isinstance(each, Figure)]
    for typed in (text, marked(paragraph) + text, text + marked(paragraph)):
        try:
            after = edit(paragraph, typed)
        except Refused:
            continue
        found = [each for each in after.pieces if isinstance(each, Figure)]
        assert sorted(found, key=repr) == sorted(before, key=repr)


def test_a_sentence_may_be_reworded_round_its_figures() -> None:
    before = Paragraph(("今天走访 ", Figure("day.visits", 469), " 次，待访 ", Figure("left", 2108), " 户。"))
    assert marked(before) == "今天走访 〔今日走访〕 次，待访 〔待访户数〕 户。"
    after = edit(before, "还有〔待访户数〕户没走完，今天（11月21日，截至 17:45）走了〔今日走访〕次。")
    assert after.text == "还有2,108户没走完，今天（11月21日，截至 17:45）走了469次。"


@pytest.mark.parametrize("mark", ["【今日走访】", "[今日走访]", "〔 今日走访 〕", "﹝今日走访﹞", "［今日走访］"])
def test_a_mark_typed_with_other_brackets_is_understood(mark: str) -> None:
    before = Paragraph(("走访 ", Figure("day.visits", 469), " 次。"))
    assert edit(before, f"今天走访{mark}次。").text == "今天走访469次。"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("今天走访很多次。", "少了〔今日走访〕"),
        ("今天走访 469 次。", "〔今日走访〕成了手打的 469"),
        ("今天走访 ４６９ 次。", "〔今日走访〕成了手打的 469"),
        ("今天走访〔今日走访〕次，〔今日走访〕次。", "〔今日走访〕写了两次"),
        ("今天走访〔今日走访〕次，待访〔待访户数〕户。", "没有〔待访户数〕这个数"),
        ("今天走访〔今日走访〕次，其中〔很多〕。", "没有〔很多〕这个数"),
        ("今天走访〔今日走访〕次，累计 9000 次。", "不能手打 9000"),
        ("今天走访〔今日走访〕次，累计 ٩٠٠ 次。", "不能手打"),
        ("今天走访9〔今日走访〕次。", "不能手打"),
        ("今天走访〔今日走访〕万次。", "挨在一起"),
        ("今天走访〔今日走访〕%。", "挨在一起"),
        ("96110〔今日走访〕次。", "挨在一起"),
        ("今天走访〔今日走访〕次〔。", "不成对"),
        ("字" * (LONGEST + 1), "太长"),
    ],
)
def test_a_figure_left_out_doubled_or_typed_by_hand_is_refused(typed: str, said: str) -> None:
    assert said in refusal(Paragraph(("今天走访 ", Figure("day.visits", 469), " 次。")), typed)


def test_numbers_that_stood_there_days_times_and_help_numbers_may_be_typed() -> None:
    before = Paragraph(("13 个村走访 ", Figure("day.visits", 469), " 次。"))
    after = edit(before, "11月21日 18:00 前，13 个村走访〔今日走访〕次，拿不准打 96110。")
    assert after.text == "11月21日 18:00 前，13 个村走访469次，拿不准打 96110。"


def test_a_paragraph_without_figures_is_free() -> None:
    typed = "三组组长带 5 人走了 3 个晚上。青政〔2026〕5号。"
    assert edit(Paragraph(("三组组长带人走夜路。",)), typed).text == typed


@pytest.mark.parametrize("text", strings())
def test_hostile_words_are_refused_or_harmless(text: str) -> None:
    before = Paragraph(("走访 ", Figure("day.visits", 469), " 次。"))
    try:
        after = edit(before, f"{text}走访〔今日走访〕次。")
    except Refused as refused:
        said = refused.reasons
    else:
        said = []
        assert [each for each in after.pieces if isinstance(each, Figure)] == [Figure("day.visits", 469)]
    assert all(len(reason) < 300 for reason in said)
