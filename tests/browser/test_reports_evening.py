"""The clerk's evening in the demo's town: look at what is missing, freeze, copy, take along, put right."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from doorknock.papers.as_text import LIMIT, counted
from tests.browser import demo_town
from tests.browser.test_office_evening import PASTED, sign_in
from tests.live import LiveServer
from tests.papers import county


@pytest.fixture(autouse=True)
def qinghe(live_server: LiveServer) -> None:
    demo_town.settle(live_server)


def within(download: Download, part: str) -> str:
    """A part of a document that was taken along."""
    return zipfile.ZipFile(io.BytesIO(Path(download.path()).read_bytes())).read(part).decode()


def test_the_clerk_sends_the_day_without_typing_a_number(office: Page, tmp_path: Path) -> None:
    office.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(office, "town")
    office.get_by_role("navigation", name="工作台").get_by_role("link", name="报告").click()
    expect(office.get_by_role("heading", name="青禾镇敲门行动日报")).to_be_visible()
    office.goto("/office/reports/990102103000?draft=1")  # whatever hour it is
    expect(office.get_by_text("草稿，数字还在动")).to_be_visible()
    expect(office.get_by_role("button", name="复制提醒").first).to_be_visible()

    office.get_by_text("现在就定稿").click()
    expect(office.get_by_text("定稿以后这一份的数字不再改")).to_be_visible()
    office.get_by_role("button", name="现在定稿").click()
    expect(office.get_by_role("heading", name=re.compile("^已定稿"))).to_be_visible()

    office.get_by_role("button", name="复制成一段话").click()
    said = office.evaluate(PASTED)["text/plain"]
    assert said.startswith("青禾镇敲门行动日报")
    assert counted(said) <= LIMIT

    office.get_by_role("button", name="复制表格").click()
    rows = [line.split("\t") for line in office.evaluate(PASTED)["text/plain"].splitlines()]
    assert [row[0] for row in rows] == ["村", "禾丰村", "上河村", "柳林村", "全镇"]
    assert {len(row) for row in rows} == {9}

    with office.expect_download() as word:
        office.get_by_role("link", name="下载 Word").click()
    assert "见面宣传" in within(word.value, "word/document.xml")
    assert re.fullmatch(r"青禾镇日报\d{8}\.docx", word.value.suggested_filename)

    form = tmp_path / "县里的表.xlsx"
    form.write_bytes(county.daily_form())
    frozen = office.url
    office.get_by_role("link", name="县里的表和模板").click()
    office.get_by_label("传一份").set_input_files(form)
    office.get_by_role("button", name="传上去").click()
    expect(office.get_by_text("县里的表.xlsx")).to_be_visible()
    office.goto(frozen)
    with office.expect_download() as table:
        office.get_by_role("link", name="填进县里的表").click()
    assert "【今日走访】" not in within(table.value, "xl/worksheets/sheet1.xml")

    office.get_by_role("link", name="更正文字").click()
    first = office.get_by_role("textbox").first
    first.fill(first.input_value() + "柳林村明天补走。")
    office.get_by_label("为什么改").fill("补写情况")
    office.get_by_role("button", name="存成新的一版").click()
    expect(office.get_by_text("柳林村明天补走。")).to_be_visible()
    expect(office.get_by_role("link", name="第 1 版")).to_be_visible()


def test_a_figure_opens_its_records(office: Page) -> None:
    sign_in(office, "town")
    office.goto("/office/reports")
    office.get_by_role("heading", name="以前的日报").locator("+ ul a").first.click()
    total = office.locator("tr.total a.counted").first
    count = total.inner_text()
    total.click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("走访")
    expect(office.get_by_text(re.compile(f"{count} 次"))).to_be_visible()


def test_a_village_sends_its_own_from_a_phone(phone: Page) -> None:
    sign_in(phone, "hefeng")
    phone.goto("/office/reports")
    expect(phone.get_by_role("heading", name="禾丰村敲门行动日报")).to_be_visible()
    expect(phone.get_by_text("现在就定稿")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_summary_is_begun_with_its_figures_and_six_parts(office: Page) -> None:
    sign_in(office, "town")
    office.goto("/office/reports")
    office.get_by_role("link", name="阶段总结").click()
    office.get_by_role("button", name="写一份阶段总结").click()
    for heading in ("组织部署", "主要做法", "数据成效", "特色做法与案例", "存在问题", "下一步"):
        expect(office.get_by_role("heading", name=heading)).to_be_visible()
    office.get_by_role("link", name="改文字").click()
    box = office.get_by_role("textbox", name=re.compile("特色做法与案例 1"))
    box.fill("禾丰村趁晚饭前去，见到的人多。")
    office.get_by_label("为什么改").fill("补写情况")
    office.get_by_role("button", name="存成新的一版").click()
    expect(office.get_by_text("禾丰村趁晚饭前去，见到的人多。")).to_be_visible()
