"""A paper as a sheet of the office: figures lead to their records, charts stand beside tables, words are no markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from doorknock.papers import charts
from doorknock.papers.paper import Chart, Figure, Head, Paper, Paragraph, Row, Table, Target, Words
from doorknock.papers.shapes import width_of, wrapped
from tests.hostile import strings
from tests.papers import qinghe
from tests.papers.pages import SVG, markup, page, picture, words


class Tags(HTMLParser):
    """The tags of a page, and whether they are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "|", html))


def test_the_day_stands_on_the_sheet_with_every_figure_linked() -> None:
    tags = Tags(page(qinghe.daily()))
    links = [attributes["href"] for tag, attributes in tags.seen if tag == "a"]
    assert qinghe.records(qinghe.TOWN, "day.visits") in links
    assert qinghe.records("990102103202", "day.visits") in links
    assert len(links) == 8 + len(qinghe.DAY) - 1, "eight in the sentence, and each village that has one"
    assert sum(tag == "tr" for tag, _ in tags.seen) == 15


def test_words_span_the_row_and_no_figure_is_a_dash() -> None:
    html = page(Paper("daily", "", "日报", "", (qinghe.idle_table(),)))
    assert '<td colspan="2" class="instead">今日无安排</td>' in html
    assert '<td colspan="2" class="instead amber">昨天 17:40 后没联系上</td>' in html
    assert "|—||0/0|" in plain(html)
    assert '<td class="num">—</td>' in page(qinghe.daily())


def test_there_is_no_inline_style_or_script() -> None:
    for html in (page(qinghe.daily()), page(qinghe.summary())):
        names = {name for _tag, attributes in Tags(html).seen for name in attributes}
        assert not {name for name in names if name == "style" or name.startswith("on")}
        assert not {"style", "script"} & {tag for tag, _ in Tags(html).seen}


@pytest.mark.parametrize("text", strings())
def test_whatever_is_said_becomes_no_markup(text: str) -> None:
    def made(said: str) -> Paper:
        table = Table(said, (Head(said, number=False), Head(said)), (Row((said, Words(said, look=True))),))
        chart = Chart("bars", said, table, (1,), Target(said, 3, said))
        words = Paragraph((said.replace("〔", "").replace("〕", ""),))
        return Paper("daily", "", said, said, (words, table, chart), (said,), (said,))

    for draw in (page, picture):
        tags, harmless = Tags(draw(made(text[:300]))), Tags(draw(made("字")))
        assert {tag for tag, _ in tags.seen} <= {tag for tag, _ in harmless.seen} | {"caption", "tspan"}


def bars(chart: Chart) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(markup(charts.draw(chart, "c1")))  # noqa: S314  # made by us
    return list(root.findall(f"{SVG}rect"))


def test_bars_stand_in_the_order_of_codes_each_with_its_figure() -> None:
    said = words(markup(charts.draw(qinghe.rates(), "c1")))
    assert said[0::2][:7] == [*(village[1] for village in qinghe.DAY[:6]), "竹园村"]
    assert said[1::2][:7] == ["77.1%", "74.7%", "65.6%", "45.8%", "76.9%", "71.4%", "今日无安排"]
    assert said[-1] == "12月2日目标 90%"
    widths = [float(bar.attrib["width"]) for bar in bars(qinghe.rates())]
    assert len(widths) == 6, "no bar where there is no figure, none for the total"
    assert widths[0] / widths[3] == pytest.approx((310 / 402) / (120 / 262), rel=0.01)


def test_several_series_differ_by_pattern_and_are_named() -> None:
    chart = Chart("bars", "走访", qinghe.week().table, (1, 2))
    assert {bar.attrib["fill"] for bar in bars(chart)} == {"#8cc4b3", "url(#c1-rising)"}
    assert words(markup(charts.draw(chart, "c1")))[:2] == ["走访", "见面宣传"]


def test_lines_stop_where_there_is_no_figure_and_the_target_has_its_day() -> None:
    drawing = charts.draw(qinghe.week(), "c2")
    root = ElementTree.fromstring(markup(drawing))  # noqa: S314  # made by us
    lines = [line for line in root.findall(f"{SVG}polyline") if line.attrib["stroke"] == "#0d5446"]
    points = [len(line.attrib["points"].split()) for line in lines if line.attrib["stroke-width"] == "2.5"]
    assert points == [3, 3, 3, 3]
    assert {line.attrib.get("stroke-dasharray", "") for line in lines} == {"", "9 5"}
    said = words(markup(drawing))
    assert {"11月20日目标 600 次", "469", "312", "800"} <= set(said)
    assert not {"NaN", "inf"} & set(re.findall(r"[A-Za-z]+", " ".join(line.attrib["points"] for line in lines)))


def test_a_chart_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(markup(charts.draw(qinghe.week(), "c2")))  # noqa: S314  # made by us
    assert root.findtext(f"{SVG}title") == "一周走访"
    assert root.findtext(f"{SVG}desc") == ("7 天的折线：走访、见面宣传。数字在旁边的表里。虚线：11月20日目标 600 次。")
    assert root.attrib["aria-labelledby"] == "c2-title c2-told"


def test_patterns_of_two_charts_on_one_page_do_not_meet() -> None:
    found = re.findall(r'\bid="([^"]*)"', page(qinghe.summary()))
    assert len(found) == len(set(found)) == 8


@pytest.mark.parametrize("values", [[], [None], [0], [0, 0], [10**9, 1], [None, 5, None]])
def test_a_chart_of_hardly_anything_is_still_drawn(values: list[int | None]) -> None:
    rows = tuple(Row((f"{n}日", Figure("day.visits", value))) for n, value in enumerate(values))
    table = Table("", (Head("日期", number=False), Head("走访")), rows)
    for kind in ("bars", "lines"):
        drawing = charts.draw(Chart(kind, "走访", table, target=Target("目标", 7)), "c")
        assert 0 < drawing.height < 10_000
        ElementTree.fromstring(markup(drawing))  # noqa: S314  # made by us


def test_the_picture_says_all_that_the_paper_does_within_its_frame() -> None:
    svg = picture(qinghe.summary())
    said = "".join(words(svg)).replace(" ", "")
    assert qinghe.told().text.replace(" ", "") in said
    for row in qinghe.idle_table().rows:
        assert row.name in said
    assert 'width="1080' in svg
    for shape in ElementTree.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314  # made by us
        x, width = float(shape.attrib["x"]), width_of("".join(shape.itertext()), float(shape.attrib["font-size"]))
        left = {"start": x, "middle": x - width / 2, "end": x - width}[shape.attrib["text-anchor"]]
        assert 20 < left < left + width < 1060, "".join(shape.itertext())


def test_a_wide_table_fits_into_the_picture() -> None:
    heads = (Head("村", number=False), *(Head(f"第{n}项数字") for n in range(12)))
    rows = tuple(Row((f"第{n}村民委员会", *(Figure("left", 12345678) for _ in range(12)))) for n in range(3))
    svg = picture(Paper("daily", "", "日报", "", (Table("", heads, rows),)))
    assert max(float(x) for x in re.findall(r'<text x="([\d.]+)"', svg)) < 1060


def test_a_paper_too_long_for_a_picture_says_what_to_do_instead() -> None:
    from doorknock.errors import Refused

    with pytest.raises(Refused, match="下载 Word"):
        picture(Paper("daily", "", "日报", "", tuple(Paragraph(("字" * 200,)) for _ in range(100))))


def test_lines_break_as_chinese_is_written() -> None:
    runs = (("今天走访 ", False), ("5,092", True), (" 次，见面（宣传）。柳林村", False))
    for room in range(60, 400, 7):
        lines = ["".join(text for text, _bold in line) for line in wrapped(runs, 20, room)]
        assert "".join(lines).replace(" ", "") == "今天走访5,092次，见面（宣传）。柳林村"
        assert not [line for line in lines[1:] if line[0] in "，。）" and room > 100]
        assert all(width_of(line, 20) <= room + 6 for line in lines)
        if room > 100:
            assert any("5,092" in line for line in lines)
