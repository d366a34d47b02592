"""「复制成一段话」 is short, in full-width punctuation, and says whole figures or none."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from doorknock.papers.as_text import LIMIT, as_text, counted
from doorknock.papers.marks import FIGURES
from doorknock.papers.paper import Figure, Paper, Paragraph
from tests.papers import qinghe

NUMBER = re.compile(r"\d[\d,.]*%?")
values = st.builds(Figure, st.sampled_from(list(FIGURES)), st.integers(0, 10**8), st.none() | st.integers(1, 10**8))
signs = st.sampled_from("今天走访见面宣传户次，、；。！（）村 ;(")
words = st.text(signs, min_size=1, max_size=30).map("于{}了".format)
lines = st.lists(st.tuples(words, values), min_size=1, max_size=6).map(
    lambda found: Paragraph((*(piece for pair in found for piece in pair), "户"))
)
papers = st.lists(lines, max_size=8).map(lambda found: Paper("daily", "", "青禾镇敲门行动日报", "", tuple(found)))


def test_the_day_fits_into_one_paragraph() -> None:
    said = as_text(qinghe.daily())
    assert said == (
        "青禾镇敲门行动日报（11月21日）：今天走访469次，见面宣传312次，见面婉拒22次，见到人·改天30次，无人在家97次。"
        "累计办结5,092户，办结率70.7%（5,092/7,200），待访2,108户。"
        "柳林村、大垭村、河口村有4部手机没联系上，数字不全。"
    )
    assert counted(said) <= LIMIT


def test_a_number_counts_as_one_and_so_does_each_chinese_sign() -> None:
    assert counted("今天走访 5,092 次。") == 7
    assert counted("办结率70.7%（5,092/7,200）") == 7
    assert counted("18:05 后") == 2


def test_what_matters_least_goes_first_and_who_is_out_of_touch_last() -> None:
    lines = [
        Paragraph(("今天天气很好，大家走得很顺，讲得也清楚。",)),
        Paragraph(("发宣传资料 ", Figure("day.materials", 812), " 份，张贴海报一批。")),
        qinghe.told(),
    ]
    paper = Paper("daily", "", "青禾镇日报", "", tuple(lines))
    long, shorter, short = as_text(paper, 140), as_text(paper, 120), as_text(paper, 40)
    assert "天气" in long
    assert "天气" not in shorter
    assert "812" in shorter
    assert "812" not in short
    assert "没联系上" in short
    assert "今天走访469次" in as_text(paper, 90)


def test_who_is_out_of_touch_is_said_even_where_no_sentence_does() -> None:
    short = Paragraph(("今天走访 ", Figure("day.visits", 469), " 次。"))
    paper = Paper("daily", "", "青禾镇日报", "", (short, qinghe.day_table()))
    assert "柳林村、大垭村、河口村有手机没联系上，数字不全。" in as_text(paper)


def test_stops_are_full_width_and_times_and_numbers_are_not_touched() -> None:
    paper = Paper("daily", "", "青禾镇日报", "", (Paragraph(("截至 17:45,共 1,200 户(含新户);Wi-Fi 差.",)),))
    assert as_text(paper) == "青禾镇日报：截至17:45，共1,200户（含新户）；Wi-Fi差。"


def test_a_sentence_too_long_for_itself_ends_before_the_figure_that_has_no_room() -> None:
    paper = Paper("daily", "", "报", "", (Paragraph(("字" * 30, Figure("left", 123456))),))
    said = as_text(paper, 33)
    assert (said[-1], "1" in said) == ("…", False)
    assert counted(said) <= 33


@given(papers, st.integers(12, 200))
def test_whatever_stands_in_it_it_fits_and_cuts_no_figure(paper: Paper, limit: int) -> None:
    said = as_text(paper, limit)
    assert counted(said) <= limit
    assert not re.search(r"[\u4e00-\u9fff][,:;!?()]", said)
    pieces = [each for part in paper.parts() if isinstance(part, Paragraph) for each in part.pieces]
    known = {number for each in pieces if isinstance(each, Figure) for number in NUMBER.findall(each.text)}
    assert set(NUMBER.findall(said)) <= known
