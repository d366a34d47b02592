"""The office in a real browser: logging in, opening the tree, handing out a phone's code, on a desk and at 360 px."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from doorknock import clock
from tests import village
from tests.live import LiveServer


@pytest.fixture(autouse=True)
def qinghe(live_server: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "qinghe.json"
    file.write_text(json.dumps(village.content(clock.today())), encoding="utf-8")
    live_server.flask("setup", str(file))


def log_in(page: Page, username: str, password: str = village.PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_wrong_password_is_said_and_the_right_one_opens_the_office(office: Page) -> None:
    log_in(office, "zhang", "guessed")
    expect(office.get_by_role("alert")).to_contain_text("不对")
    expect(office.get_by_label("用户名")).to_have_value("zhang")
    log_in(office, "zhang")
    expect(office).to_have_url(re.compile("/office$"))
    expect(office.get_by_role("navigation", name="工作台").get_by_text("总览")).to_be_visible()
    office.get_by_role("button", name="退出").click()
    expect(office.get_by_role("heading", name="工作台登录")).to_be_visible()


def test_a_village_opens_and_closes_in_place_and_the_address_keeps_it(office: Page) -> None:
    log_in(office, "zhang")
    office.get_by_role("link", name="覆盖", exact=True).click()
    office.evaluate("window.same = true")
    office.get_by_role("link", name="展开禾丰村").click()
    expect(office.get_by_role("row", name="一组").first).to_be_visible()
    expect(office.get_by_role("row", name="第一网格")).to_contain_text("还没登记手机")
    expect(office).to_have_url(re.compile("open=990102103201"))
    office.get_by_role("link", name="收起禾丰村").click()
    expect(office.get_by_role("row", name="第一网格")).to_have_count(0)
    assert office.evaluate("window.same")
    office.goto("/office/coverage?open=990102103201")
    expect(office.get_by_role("row", name="第一网格")).to_be_visible()


def test_the_town_hands_out_a_code_and_grids_without_leaving_the_page(office: Page) -> None:
    log_in(office, "zhang")
    office.get_by_role("link", name="人员", exact=True).click()
    office.get_by_role("link", name="刘芳").click()
    office.get_by_role("button", name="发登记码").click()
    expect(office.get_by_role("img", name="登记码")).to_be_visible()
    expect(office.locator(".digits")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    office.get_by_label("第二网格").check()
    office.get_by_role("button", name="改好了").click()
    expect(office.get_by_role("status")).to_contain_text("网格改好了")
    expect(office.get_by_label("第二网格")).to_be_checked()


@pytest.mark.parametrize("path", ["/office", "/office/coverage", "/office/gaps/990102103201", "/office/people"])
def test_no_page_is_wider_than_a_phone_nor_a_control_too_small(phone: Page, path: str) -> None:
    log_in(phone, "zhang")
    expect(phone.get_by_role("navigation", name="工作台")).to_be_visible()
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    controls = "nav a, button:not([hidden]), .button, .units li, .units .figure a, .tasks a"
    heights = phone.eval_on_selector_all(controls, "all => all.map(each => each.getBoundingClientRect().height)")
    assert [height for height in heights if 0 < height < 48] == []


def test_the_overview_can_be_walked_with_the_keyboard_alone(office: Page) -> None:
    log_in(office, "zhang")
    expect(office.get_by_role("link", name="覆盖", exact=True)).to_be_visible()
    office.keyboard.press("Tab")
    expect(office.get_by_role("link", name="跳到正文")).to_be_focused()
    office.keyboard.press("Enter")
    office.keyboard.press("Tab")
    assert office.evaluate("document.getElementById('main').contains(document.activeElement)")
