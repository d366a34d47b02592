"""The clerk at 17:45 and the leader before the meeting, in the demo's town: keys, clipboard, way back, two sheets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import demo_town
from tests.live import LiveServer

PASTED = """async () => {
  const [item] = await navigator.clipboard.read();
  const said = {};
  for (const type of item.types) said[type] = await (await item.getType(type)).text();
  return said;
}"""
VILLAGES = "#home .units [data-row]"


@pytest.fixture(autouse=True)
def qinghe(live_server: LiveServer) -> None:
    demo_town.settle(live_server)


def sign_in(page: Page, person: str) -> None:
    page.goto("/login")
    page.get_by_label("用户名").fill(person)
    page.get_by_label("密码").fill(demo_town.LIU_FANG[1])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("navigation", name="工作台")).to_be_visible()
    page.wait_for_load_state("load")


def test_rows_are_walked_by_j_and_k_and_one_comes_back_to_the_row_one_left(office: Page) -> None:
    sign_in(office, "town")
    for key in ("j", "j", "j", "k"):
        office.keyboard.press(key)
    second = office.locator(VILLAGES).nth(1)
    expect(second.locator("a.name")).to_be_focused()
    office.keyboard.press("Enter")
    expect(office).to_have_url(re.compile("/office/coverage/990102103202"))
    office.go_back()
    expect(office).to_have_url(re.compile("/office#u-990102103202$"))
    expect(second.locator("a.name")).to_be_focused()
    office.keyboard.press("?")
    expect(office.get_by_role("dialog", name="按键")).to_be_visible()
    office.keyboard.press("Escape")
    expect(office.get_by_role("dialog", name="按键")).to_be_hidden()


def test_a_table_goes_to_the_clipboard_as_a_spreadsheet_takes_it(office: Page) -> None:
    office.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(office, "town")
    office.get_by_role("button", name="复制表格").click()
    expect(office.get_by_text("复制好了")).to_be_visible()
    said = office.evaluate(PASTED)
    lines = said["text/plain"].splitlines()
    assert lines[0].split("\t")[:3] == ["代码", "村", "今天走访"]
    assert [line.split("\t")[0] for line in lines[1:4]] == ["990102103201", "990102103202", "990102103203"]
    assert len(lines) == 5
    assert "990102103201</td>" in said["text/html"]
    office.evaluate("navigator.clipboard.writeText('')")
    office.keyboard.press("j")
    office.keyboard.press("Control+c")
    assert office.evaluate(PASTED)["text/plain"].splitlines() == lines


def test_a_reminder_is_copied_in_one_tap(phone: Page) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(phone, "town")
    phone.locator("li", has_text="柳林村").get_by_role("button", name="复制提醒").first.click()
    said = phone.evaluate(PASTED)["text/plain"]
    assert "您好，柳林村" in said
    assert "没有和工作台联系上" in said
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_the_leader_finds_which_groups_are_short_and_why_and_takes_two_sheets_along(office: Page) -> None:
    sign_in(office, "town")
    office.get_by_role("link", name="会前看一页").click()
    expect(office.get_by_role("heading", name="青禾镇·会前看")).to_be_visible()
    expect(office.locator(".sentences p")).to_have_count(3)
    sheets = office.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets == 2
    office.get_by_role("link", name=re.compile("还要去 .* 户")).first.click()
    row = office.get_by_role("row", name=re.compile("禾丰村 三组"))
    expect(row).to_be_visible()
    row.get_by_role("link", name="三组").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("三组·还要去")


def test_the_county_reads_yesterdays_evening_and_no_person(office: Page) -> None:
    sign_in(office, "county")
    expect(office.get_by_text(re.compile("数到 (昨天 )?18:00"))).to_be_visible()
    expect(office.get_by_text("县里和派出所看到组为止")).to_be_visible()
    expect(office.get_by_text("何满仓")).to_have_count(0)
