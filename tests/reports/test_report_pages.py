"""禾丰村's reports as the town, the village and the county open them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from doorknock import clock
from tests.evening import Evening
from tests.hefeng import TOWN, VILLAGE, Hefeng, Screen
from tests.papers import county as forms
from tests.reports.test_freezing import frozen, morning
from tests.wire.client import Phone

OF_TOWN, OF_VILLAGE, OF_COUNTY = (f"/office/reports/{code}" for code in (TOWN, VILLAGE, "990102000000"))


@pytest.fixture
def sent(evening: Evening, wang: Phone, li: Phone) -> Hefeng:
    """An evening whose papers are frozen."""
    morning(evening, wang, li)
    frozen(evening, "18:00")
    return evening.village


def newest(screen: Screen, address: str) -> str:
    """The address of the last frozen report on a page."""
    page = screen.get(address)
    found = re.findall(rf'href="({address.partition("?")[0]}/[0-9a-f-]{{36}})"', page)
    assert found, page
    return str(found[0])


def form(screen: Screen, address: str) -> list[str]:
    """The paragraphs of the page on which texts are changed."""
    return re.findall(r"<textarea[^>]*>([^<]*)</textarea>", screen.get(f"{address}/edit"))


def rewrite(screen: Screen, address: str, texts: list[str], reason: str, status: int = 303) -> str:
    """Change the first version's paragraphs."""
    form: dict[str, Any] = {"version": "1", "parts": "1", "reason": reason, "text-0": texts}
    answer: str = screen.post(f"{address}/edit", status=status, **form).text
    return answer


def test_the_village_reads_and_does_not_write(sent: Hefeng) -> None:
    chen = sent.office("chen")
    page = chen.get(OF_VILLAGE)
    assert "禾丰村敲门行动日报" in page
    assert "现在就定稿" not in page
    chen.get(OF_TOWN, status=403)
    chen.get(f"{newest(chen, OF_VILLAGE)}/edit", status=403)


def test_the_town_freezes_early_and_only_once(sent: Hefeng) -> None:
    tang = sent.office("tang")
    assert "草稿，数字还在动" in tang.get(f"{OF_TOWN}?draft=1")
    answer = tang.post(f"{OF_TOWN}/freeze")
    page = tang.get(answer.location)
    assert "已定稿" in page
    assert "截至" in page
    assert "这一份已经定稿了。" in tang.post(f"{OF_TOWN}/freeze", status=409).text
    with clock.pinned(clock.end_of(clock.edition_of(clock.now())) + timedelta(minutes=1)):
        sent.flask("reports", "freeze", "--json")
    assert tang.get(OF_TOWN).count("已定稿") >= 1


def test_a_correction_is_a_new_version_and_no_figure_moves(sent: Hefeng) -> None:
    tang = sent.office("tang")
    address = newest(tang, OF_TOWN)
    texts = form(tang, address)
    assert "〔今日走访〕" in texts[0]
    rewrite(tang, address, [texts[0] + "柳溪村下周开始。", ""], "说明口径")
    page = tang.get(address)
    assert "柳溪村下周开始。" in page
    assert "第 2 版，更正：说明口径" in page
    assert "柳溪村下周开始。" not in tang.get(f"{address}?version=1")
    county = sent.office("xu").get(newest(sent.office("xu"), OF_TOWN))
    assert "柳溪村下周开始。" in county
    assert "&lt;5" in county


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("〔今日走访〕", "9"), "少了〔今日走访〕"),
        (lambda text: text + "另有 7 户。", "不能手打 7"),
        (lambda text: text, "文字没有改动"),
    ],
)
def test_a_touched_figure_comes_back_with_what_to_do(sent: Hefeng, change, said: str) -> None:  # type: ignore[no-untyped-def]
    tang = sent.office("tang")
    address = newest(tang, OF_TOWN)
    text = change(form(tang, address)[0])
    assert said in rewrite(tang, address, [text], "改错字", status=422)
    assert "第 2 版" not in tang.get(address)


def test_two_who_correct_at_once_do_not_overwrite_each_other(sent: Hefeng) -> None:
    tang = sent.office("tang")
    address = newest(tang, OF_TOWN)
    text = form(tang, address)[0]
    for more, expected in (("甲。", 303), ("乙。", 422)):
        rewrite(tang, address, [text + more], "补写情况", status=expected)
    kept = form(tang, address)[0]
    assert kept.endswith("甲。")
    assert "乙。" not in kept


def test_the_county_reads_frozen_papers_with_small_numbers_held_back(sent: Hefeng) -> None:
    xu = sent.office("xu")
    page = xu.get(OF_COUNTY)
    assert "草稿" not in page
    assert "&lt;5" in page
    assert "outcome=" not in page
    xu.get(f"{OF_TOWN}/draft/paper.docx", status=404)
    assert "村的报告由村和镇看" in xu.get(OF_VILLAGE)


def test_every_form_of_a_report_is_handed_out(sent: Hefeng) -> None:
    tang = sent.office("tang")
    address = newest(tang, OF_TOWN)
    word = zipfile.ZipFile(io.BytesIO(tang.client.get(f"{address}/paper.docx").data)).read("word/document.xml").decode()
    assert "见面宣传" in word
    book = tang.client.get(f"{address}/paper.xlsx")
    assert zipfile.ZipFile(io.BytesIO(book.data)).testzip() is None
    assert tang.get(f"{address}/picture.svg").startswith("<svg")
    assert "filename*=UTF-8''" in book.headers["Content-Disposition"]


def test_the_countys_own_table_is_filled_once_it_was_brought(sent: Hefeng) -> None:
    tang = sent.office("tang")
    address = newest(tang, OF_TOWN)
    tang.get(f"{address}/county.xlsx", status=404)
    broken = (io.BytesIO(b"not a workbook"), "县里的表.xlsx")
    assert "文件的格式不对" in tang.post(f"{OF_TOWN}/forms", status=422, file=broken).text
    tang.post(f"{OF_TOWN}/forms", file=(io.BytesIO(forms.daily_form()), "县里的表.xlsx"))
    assert zipfile.ZipFile(io.BytesIO(tang.client.get(f"{address}/county.xlsx").data)).testzip() is None
    tang.post(f"{OF_TOWN}/forms/xlsx/drop")
    tang.get(f"{address}/county.xlsx", status=404)


def test_the_papers_of_today_hold_no_install_figure(sent: Hefeng) -> None:
    page = sent.office("tang").get(OF_TOWN)
    assert "App" not in page
    assert "安装" not in page


def test_in_the_evening_the_page_shows_the_paper_that_is_to_be_sent(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    tang = evening.village.office("tang")
    with evening.at("17:45"):
        assert "15</b> 分钟" in tang.get(OF_TOWN)
    frozen(evening, "18:00")
    with evening.at("18:30"):
        page = tang.get(OF_TOWN)
        assert "已定稿 18:00" in page
        assert "今天走访" in page
        assert "草稿，数字还在动" in tang.get(f"{OF_TOWN}?draft=1")
    with evening.at("00:10", days=1):
        assert "草稿，数字还在动" in tang.get(OF_TOWN)
