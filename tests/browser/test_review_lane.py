"""The village cadre's evening at 360 px: one item, a dozen at once, two doors that are one, who comes back."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.test_places_office import UNDER_THE_BAR, VILLAGE, away, place, settle, sign_in
from tests.live import LiveServer
from tests.wire.client import Phone
from tests.wire.lines import rfc3339, uuid7

REVIEW = f"/office/review/{VILLAGE}"
GROUP = "990102103201002"


def fits(page: Page) -> None:
    """Nothing hangs over the edge, and every control is high enough for a thumb."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    low = page.evaluate(
        """[...document.querySelectorAll('main button, main a.button, main a.key, main label:has(input)')]
           .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 47.5).map((e) => e.textContent)"""
    )
    assert low == []


def new_doors(phone: Phone, count: int) -> None:
    for n in range(count):
        body = {"place_id": uuid7(phone.now()), "grid": "990102103201001", "group": GROUP, "landmark": f"水塔后第{n}家"}
        phone.event("place_new", {**body, "address": {"door": f"二组{20 + n}号"}}, rfc3339(phone.now()))
    phone.sync()


def duplicate(phone: Phone, number: str, of: str) -> None:
    phone.event("visit", {"place_id": place(phone, number), "outcome": "met_covered"}, rfc3339(phone.now()))
    body = {"place_id": place(phone, number), "report": "duplicate", "duplicate_of": place(phone, of)}
    phone.event("place_report", body, rfc3339(phone.now()))
    phone.sync()


def test_without_a_login_the_lane_shows_nothing(live_server: LiveServer, phone: Page) -> None:
    settle(live_server)
    for path in (REVIEW, f"/office/away/{VILLAGE}", f"/office/decided/{VILLAGE}"):
        phone.goto(path)
        expect(phone.get_by_role("alert")).to_contain_text("请先登录")


def test_an_item_is_asked_about_put_aside_decided_and_taken_back(live_server: LiveServer, phone: Page) -> None:
    wang = settle(live_server)
    away(wang, "1001")
    away(wang, "1002")
    sign_in(phone, "chen")
    phone.goto(REVIEW)
    expect(phone.locator(".history li")).to_have_count(2)
    expect(phone.locator(".history li").first).to_contain_text(re.compile(r"周. \d+时"))
    expect(phone.locator("main")).not_to_contain_text("没有找到这一页", timeout=2_000)
    fits(phone)
    keys = phone.locator(".keys button, .keys .key")
    expect(keys).to_have_text(["同意", "不是", "问一下", "先放着"])
    boxes = [box for key in keys.all() if (box := key.bounding_box())]
    assert len({(box["width"], box["height"]) for box in boxes}) == 1, "four equal keys"
    effect = phone.locator(".effect").bounding_box()
    assert effect is not None
    assert effect["y"] + effect["height"] <= min(box["y"] for box in boxes), "read before pressing"
    assert max(box["y"] + box["height"] for box in boxes) <= 800 - UNDER_THE_BAR, "under the thumb"
    phone.get_by_role("button", name="先放着").click()
    expect(phone.locator(".door")).to_contain_text("李长山家")
    phone.get_by_role("button", name="同意").click()
    expect(phone.locator(".case")).to_contain_text("陈秀英")
    phone.get_by_role("button", name="不放了").click()
    expect(phone.get_by_role("button", name="先放着")).to_be_visible()
    phone.get_by_role("link", name="撤回").click()
    expect(phone.locator(".effect")).to_contain_text(re.compile(r"应访 D\s*11\s*→\s*12"))
    fits(phone)
    phone.get_by_role("button", name="撤回").click()
    expect(phone.locator(".page-head")).to_contain_text("共 2 条")


def test_a_dozen_new_doors_are_decided_on_one_page(live_server: LiveServer, phone: Page) -> None:
    new_doors(settle(live_server), 12)
    sign_in(phone, "chen")
    phone.goto(REVIEW)
    phone.get_by_role("link", name="二组·新户").click()
    expect(phone.locator(".effect-line")).to_contain_text(re.compile(r"应访 D\s*12\s*→\s*24"))
    fits(phone)
    phone.get_by_role("checkbox").nth(3).uncheck()
    expect(phone.locator(".effect-line")).to_contain_text(re.compile(r"应访 D\s*12\s*→\s*23"))
    phone.get_by_role("button", name="同意这 11 条").click()
    expect(phone.locator(".page-head")).to_contain_text("第 1 条，共 1 条")
    phone.get_by_role("link", name="撤回").first.click()
    phone.get_by_role("link", name="这一次定的 11 条都撤回").click()
    expect(phone.locator(".effect")).to_contain_text(re.compile(r"应访 D\s*23\s*→\s*12"))
    fits(phone)
    phone.get_by_role("button", name="撤回").click()
    expect(phone.locator(".page-head")).to_contain_text("共 12 条")


def test_two_doors_that_are_one_and_the_cadre_says_which_stays(live_server: LiveServer, phone: Page) -> None:
    wang = settle(live_server)
    duplicate(wang, "1001", "1002")
    sign_in(phone, "chen")
    phone.goto(REVIEW)
    expect(phone.locator(".moves")).to_contain_text("走访 1 次")
    fits(phone)
    phone.get_by_role("button", name="换过来，留另一户").click()
    expect(phone.locator(".parts")).to_contain_text(re.compile(r"留下\s*一组1号"))
    expect(phone.locator(".moves")).to_contain_text("还没有走访")
    phone.get_by_role("button", name="同意").click()
    expect(phone.locator("main")).to_contain_text("没有要审的")
    phone.goto(f"/office/places/one/{place(wang, '1001')}")
    expect(phone.locator("main")).to_contain_text("由一组2号并入")
    phone.get_by_role("link", name="撤回").first.click()
    phone.get_by_role("button", name="撤回").click()
    expect(phone.locator(".page-head")).to_contain_text("第 1 条，共 1 条")


def test_who_is_away_by_month_and_somebody_is_back(live_server: LiveServer, phone: Page) -> None:
    away(settle(live_server), "1001")
    sign_in(phone, "chen")
    phone.goto(REVIEW)
    phone.get_by_role("button", name="同意").click()
    phone.get_by_role("link", name="外出户").click()
    expect(phone.locator(".month h2")).to_have_text(["2027 年 2 月回来 1"])
    fits(phone)
    phone.get_by_role("link", name="回来了").click()
    expect(phone.locator(".effect")).to_contain_text(re.compile(r"应访 D\s*11\s*→\s*12"))
    phone.get_by_role("button", name="回来了").click()
    expect(phone.locator("main")).to_contain_text("没有外出户")


def test_what_is_held_is_read_and_decided_with_a_thumb(live_server: LiveServer, phone: Page) -> None:
    wang = settle(live_server)
    zhou = Phone(wang.door)
    assert zhou.enrol(username="zhou", password="qinghe-door-zhou-1").status == 201
    zhou.sync()
    for n, number in enumerate(("1009", "1010", "1011")):
        body = {"place_id": place(zhou, number), "outcome": "met_covered"}
        wang.event("visit", body, rfc3339(wang.now() - timedelta(minutes=9 - n)))
    wang.sync()
    sign_in(phone, "chen")
    phone.goto(f"/office/quarantine/{VILLAGE}")
    expect(phone.locator(".held li")).to_have_count(3)
    fits(phone)
    for box in phone.get_by_role("checkbox").all()[:2]:
        box.check()
    phone.get_by_role("button", name="勾的都收下，算数").click()
    expect(phone.get_by_role("status")).to_contain_text("定好了 2 条")
    expect(phone.locator(".held li")).to_have_count(1)
    phone.locator(".held summary").click()
    phone.get_by_label("不收的原因").fill("记错了门")
    phone.get_by_role("button", name="不收").last.click()
    expect(phone.locator("main")).to_contain_text("定了不收的 1")
