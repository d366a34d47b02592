"""People and phones in a real browser: enrolling one after another, grids in other hands, a second factor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from doorknock import clock
from tests import village
from tests.live import LiveServer
from tests.wire.client import Door, Phone

ENROL = f"/office/people/enrol/{village.VILLAGE}"


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


def scan(server: LiveServer, page: Page) -> None:
    """What the worker's phone does with the digits on the screen."""
    digits = page.locator(".digits").inner_text().replace(" ", "")
    assert Phone(Door(server.url)).enrol(code=digits).status == 201


def test_the_next_code_comes_by_itself_until_all_are_enrolled(live_server: LiveServer, office: Page) -> None:
    log_in(office, "zhang")
    office.goto(ENROL)
    office.get_by_role("button", name="开始，先是刘芳").click()
    expect(office.get_by_role("img", name="登记码")).to_be_visible()
    scan(live_server, office)
    expect(office.locator(".said")).to_have_text("刘芳的手机好了")
    expect(office.get_by_role("heading", name="周建明")).to_be_visible()
    scan(live_server, office)
    expect(office.get_by_text("都登记好了")).to_be_visible()


def test_a_screen_that_nobody_looks_at_asks_for_nothing(live_server: LiveServer, office: Page) -> None:
    log_in(office, "zhang")
    office.goto(ENROL)
    office.get_by_role("button", name="开始，先是刘芳").click()
    expect(office.locator(".digits")).to_be_visible()
    office.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    asked: list[str] = []
    office.on("request", lambda request: asked.append(request.url))
    office.wait_for_timeout(4000)
    assert asked == []
    with office.expect_response(re.compile("/wait")) as answer:
        office.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    assert answer.value.status == 204
    expect(office.locator(".digits")).to_be_visible()


def test_one_may_skip_and_go_back_standing_in_the_yard(live_server: LiveServer, phone: Page) -> None:
    log_in(phone, "zhang")
    expect(phone.get_by_role("navigation", name="工作台")).to_be_visible()
    phone.goto(ENROL)
    phone.get_by_role("button", name="开始，先是刘芳").click()
    digits = phone.locator(".digits").bounding_box()
    rail = phone.get_by_role("navigation", name="工作台").bounding_box()
    assert digits is not None
    assert rail is not None
    assert digits["y"] + digits["height"] <= rail["y"], "the digits are seen without scrolling"
    phone.get_by_role("button", name="先跳过").click()
    expect(phone.get_by_role("heading", name="周建明")).to_be_visible()
    phone.get_by_role("button", name="上一个").click()
    expect(phone.get_by_role("heading", name="刘芳")).to_be_visible()


def test_grids_go_into_other_hands_after_a_look(office: Page) -> None:
    log_in(office, "zhang")
    office.get_by_role("link", name="人员", exact=True).click()
    office.get_by_role("link", name="分网格").click()
    office.get_by_label("第一网格").check()
    office.get_by_label("勾上的交给").select_option(label="周建明 禾丰村")
    expect(office.get_by_label("从", exact=True)).to_be_hidden()
    office.get_by_label("代班几天").check()
    office.get_by_label("到", exact=True).fill(clock.today().isoformat())
    office.get_by_role("button", name="看一看会怎样").click()
    expect(office.get_by_text("周建明替刘芳代班")).to_be_visible()
    office.get_by_role("button", name="就这样改").click()
    expect(office.get_by_role("status")).to_contain_text("改好了")
    expect(office.get_by_role("row", name="第一网格")).to_contain_text("周建明 替刘芳")
    office.get_by_role("button", name="提前结束").click()
    expect(office.get_by_role("row", name="第一网格")).not_to_contain_text("周建明")


def test_a_second_factor_is_set_up_and_asked_for(office: Page) -> None:
    log_in(office, "zhang")
    office.get_by_role("link", name="张敏").click()
    office.get_by_role("link", name="设验证码登录").click()
    secret = office.locator(".letters").inner_text().replace(" ", "")
    office.get_by_label("填验证器里的六位数").fill(pyotp.TOTP(secret).now())
    office.get_by_label("填现在的密码").fill(village.PASSWORD)
    office.get_by_role("button", name="设好").click()
    codes = office.locator(".recovery li").all_inner_texts()
    assert len(codes) == 10
    office.get_by_role("button", name="退出").click()
    log_in(office, "zhang")
    expect(office.get_by_role("heading", name="再填验证码")).to_be_visible()
    office.get_by_label("验证器里的六位数").fill(codes[0])
    office.get_by_role("button", name="登录").click()
    expect(office.get_by_role("link", name="张敏")).to_be_visible()


PAGES = [
    "people", "people/new", "people/phones", "people/grids", f"people/enrol/{village.VILLAGE}",
    "me", "me/totp", "audit",
]  # fmt: skip
MEASURE = """
all => all.filter(each => !['checkbox', 'radio'].includes(each.type))
  .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect().height])
"""


def test_every_page_fits_a_phone_and_every_control_a_thumb(phone: Page) -> None:
    log_in(phone, "zhang")
    expect(phone.get_by_role("navigation", name="工作台")).to_be_visible()
    controls = "nav a, button:not([hidden]), .button, summary, select, main label:has(input), main input"
    for path in PAGES:
        phone.goto(f"/office/{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") == 360, path
        heights = phone.eval_on_selector_all(controls, MEASURE)
        assert [each for each in heights if 0 < each[1] < 48] == [], path
