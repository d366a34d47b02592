"""导出 in a real browser: chosen, watched, downloaded, on a desk and on a phone; a token shown once and ended."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from doorknock import clock
from tests import village
from tests.browser.test_office_screens import log_in
from tests.live import LiveServer


@pytest.fixture(autouse=True)
def qinghe(live_server: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "qinghe.json"
    file.write_text(json.dumps(village.content(clock.today())), encoding="utf-8")
    live_server.flask("setup", str(file))


def test_a_village_takes_out_its_ledger_without_leaving_the_keyboard(office: Page, tmp_path: Path) -> None:
    log_in(office, "wang")
    office.get_by_role("link", name="导出", exact=True).click()
    expect(office.get_by_text("有姓名和电话，只给本村用")).to_be_visible()
    office.get_by_role("radio", name=re.compile("^走访台账")).focus()
    office.keyboard.press("ArrowDown")
    expect(office.get_by_role("radio", name=re.compile("^户表"))).to_be_checked()
    office.get_by_label("用来做什么").fill("村里存档")
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", name="做好了")).to_be_visible()
    expect(office.get_by_text("0 行")).to_be_visible()
    with office.expect_download() as taken:
        office.get_by_role("link", name="下载").click()
    assert re.fullmatch(r"户表-禾丰村-\d{8}-\d{4}\.xlsx", taken.value.suggested_filename)
    taken.value.save_as(tmp_path / "taken.xlsx")
    assert (tmp_path / "taken.xlsx").read_bytes()[:2] == b"PK"
    office.get_by_role("link", name="再导一种").click()
    expect(office.get_by_role("link", name="户表·禾丰村")).to_be_visible()


def test_without_a_purpose_the_browser_itself_asks_for_one(office: Page) -> None:
    log_in(office, "wang")
    office.goto(f"/office/exports/{village.VILLAGE}")
    office.get_by_role("button", name="开始导出").click()
    expect(office.get_by_label("用来做什么")).to_be_focused()
    expect(office).to_have_url(re.compile(f"/office/exports/{village.VILLAGE}$"))


def test_a_token_is_shown_once_and_can_be_ended(office: Page) -> None:
    log_in(office, "zhang")
    office.goto("/office/exports")
    office.get_by_role("link", name="取数口令").click()
    office.get_by_label("给谁用、做什么").fill("便民大厅的屏")
    office.get_by_role("button", name="发口令").click()
    expect(office.get_by_role("status")).to_contain_text(re.compile(r"qm-990102-[\w-]{43}"))
    office.goto("/office/exports/tokens")
    expect(office.locator("main")).not_to_contain_text("qm-990102-")
    office.get_by_role("row", name="便民大厅的屏").get_by_role("button", name="停用").click()
    expect(office.get_by_role("row", name="便民大厅的屏")).to_contain_text("停用")
    expect(office.get_by_role("row", name="便民大厅的屏").get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("path", ["/office/exports", "/office/exports/tokens"])
def test_the_pages_fit_a_phone(phone: Page, path: str) -> None:
    log_in(phone, "zhang")
    expect(phone.get_by_role("navigation", name="工作台")).to_be_visible()
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    heights = phone.eval_on_selector_all(
        "main a, main button, main select, main input:not([type=radio]):not([type=checkbox]):not([type=hidden])",
        "all => all.map(each => each.getBoundingClientRect().height)",
    )
    assert [height for height in heights if 0 < height < 48] == []
