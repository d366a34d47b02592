"""The village cadre's evening, word for word, on the demo: 王建国 of 禾丰村 stands in the lane with a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from doorknock.demo import town
from tests.browser import demo_town
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.browser.pictures import log_in
from tests.live import LiveServer

HEFENG = town.VILLAGES[0][0]
REVIEW = f"/office/review/{HEFENG}"
A_MINUTE = 60_000


def test_wang_jianguo_decides_what_waits_and_the_figures_follow(
    live_server: LiveServer, devices: Callable[..., Device]
) -> None:
    demo_town.settle(live_server)
    page = devices("王建国", phone=True).open()
    liu = Worker(devices("刘芳", phone=True).open())
    evening = figures(live_server)

    he_logs_in_and_sees_what_waits(page)
    he_agrees_and_what_was_shown_before_pressing_is_true(page, live_server)
    he_says_no_to_one_and_nothing_moves(page, live_server)
    he_asks_about_one(page)
    the_phone_of_liu_fang_gets_the_question_and_answers(liu)
    the_answer_stands_at_the_item(page)
    he_puts_one_aside(page)
    two_doors_of_liu_fushun_become_one(page, live_server)
    three_new_doors_are_decided_in_one_go(page, live_server)
    he_takes_one_back_within_the_day(page, live_server)
    one_held_line_is_taken_and_one_refused_with_a_reason(page)
    the_wish_of_zhou_suzhen_is_settled_in_one_page(page)

    # D: one agreed and taken back, one merged, three new; 三组14号 was talked to after all.
    assert figures(live_server) == Figures(evening.n + 2, evening.d + 2, evening.closed + 1)
    the_overview_says_the_same(page, figures(live_server))


@dataclass(frozen=True)
class Figures:
    """What `flask coverage show` counts for 禾丰村."""

    n: int
    d: int
    closed: int


def figures(server: LiveServer) -> Figures:
    told = json.loads(server.flask("coverage", "show", "--region", HEFENG, "--json"))
    return Figures(told["N"], told["D"], told["closed"])


def shown(page: Page) -> Figures:
    """What the box says would stand afterwards; N is not in it."""
    told = page.locator(".effect-line, .effect").first.inner_text()
    d = re.search(r"应访 D\s*\d+\s*→\s*(\d+)", told)
    closed = re.search(r"→\s*[\d.]+%\s*(\d+)/\d+", told)
    assert d, told
    assert closed, told
    return Figures(0, int(d[1]), int(closed[1]))


def true_after(server: LiveServer, told: Figures) -> None:
    now = figures(server)
    assert (now.d, now.closed) == (told.d, told.closed)


def he_logs_in_and_sees_what_waits(page: Page) -> None:
    log_in(page, "hefeng")
    expect(page.locator(".tasks").first).to_contain_text("审核")
    page.locator(".rail").get_by_role("link", name="审核").click()
    expect(page.locator(".page-head")).to_contain_text("第 1 条，共 8 条")


def item(page: Page, door: str) -> None:
    """Opens the item of that door from the list of what waits."""
    page.goto(REVIEW)
    page.locator(".waiting").get_by_role("link", name=door, exact=True).first.click()
    expect(page.locator(".case .plate")).to_have_text(re.compile(r"\s*".join(re.split(r"(?<=组)", door))))


def he_agrees_and_what_was_shown_before_pressing_is_true(page: Page, server: LiveServer) -> None:
    expect(page.locator(".case")).to_contain_text("张德顺家")
    told, before = shown(page), figures(server)
    assert told.d == before.d - 1
    page.get_by_role("button", name="同意").click()
    expect(page.locator(".page-head")).to_contain_text("共 7 条")
    true_after(server, told)


def he_says_no_to_one_and_nothing_moves(page: Page, server: LiveServer) -> None:
    before = figures(server)
    item(page, "一组5号")
    page.get_by_role("button", name="不是").click()
    expect(page.locator(".page-head")).to_contain_text("共 6 条")
    assert figures(server) == before


def he_asks_about_one(page: Page) -> None:
    item(page, "一组9号")
    page.get_by_role("link", name="问一下").click()
    expect(page.get_by_label("问谁")).to_contain_text("刘芳")
    page.get_by_label("想问什么").fill("这一户和二组哪一户写重了？")
    page.get_by_role("button", name="问他").click()
    expect(page.locator(".page-head")).to_contain_text("共 6 条")


def the_phone_of_liu_fang_gets_the_question_and_answers(liu: Worker) -> None:
    liu.enrol("一组", login=demo_town.LIU_FANG)
    expect(liu.page.locator("main")).to_contain_text("村里问了 1 件事", timeout=A_MINUTE)
    liu.tap("请我说明", part=True)
    expect(liu.page.locator(".asking .question")).to_have_text("这一户和二组哪一户写重了？")
    liu.page.get_by_label("想多说一句").fill("二组4号，同一家人")
    liu.tap("就这么说")
    liu.sees(held=1, waiting=0, within=A_MINUTE)


def the_answer_stands_at_the_item(page: Page) -> None:
    item(page, "一组9号")
    expect(page.locator(".asks")).to_contain_text("二组4号，同一家人")


def he_puts_one_aside(page: Page) -> None:
    item(page, "五组6号")
    page.get_by_role("button", name="先放着").click()
    expect(page.locator(".waiting")).to_contain_text("回来了·先放着")


def two_doors_of_liu_fushun_become_one(page: Page, server: LiveServer) -> None:
    item(page, "二组8号")
    expect(page.locator(".parts")).to_contain_text(re.compile(r"留下\s*二组7号 刘福顺家"))
    told = shown(page)
    page.get_by_role("button", name="同意").click()
    expect(page.locator(".page-head")).to_contain_text("共 5 条")
    true_after(server, told)


def three_new_doors_are_decided_in_one_go(page: Page, server: LiveServer) -> None:
    page.goto(REVIEW)
    page.get_by_role("link", name="三组·新户").click()
    told, before = shown(page), figures(server)
    assert told.d == before.d + 3
    page.get_by_role("button", name="同意这 3 条").click()
    expect(page.locator(".page-head")).to_contain_text("共 2 条")
    true_after(server, told)


def he_takes_one_back_within_the_day(page: Page, server: LiveServer) -> None:
    page.goto(f"/office/decided/{HEFENG}")
    page.locator(".decided li", has_text="一组3号").get_by_role("link", name="撤回").click()
    told = shown(page)
    page.get_by_role("button", name="撤回").click()
    expect(page.locator(".page-head")).to_contain_text("共 3 条")
    true_after(server, told)


def one_held_line_is_taken_and_one_refused_with_a_reason(page: Page) -> None:
    page.get_by_role("link", name="没算进去的").click()
    held = page.locator(".reason .held li")
    expect(held).to_have_count(2)
    held.filter(has_text="三组14号").get_by_role("button", name="收下，算数").click()
    expect(held).to_have_count(1)
    held.locator("summary").click()
    held.get_by_label("不收的原因").fill("和前面的重复")
    held.get_by_role("button", name="不收").click()
    expect(page.locator("main")).to_contain_text("定了不收的 1")


def the_wish_of_zhou_suzhen_is_settled_in_one_page(page: Page) -> None:
    page.goto(f"/office/places/{HEFENG}")
    page.get_by_label("找一户").fill("周素珍")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="2号").first.click()
    page.get_by_role("link", name="当面办").click()
    expect(page.locator(".next")).to_contain_text("您说了不用再来")
    page.get_by_label("住户本人说的，可以再来").check()
    page.get_by_role("button", name="取消「不用再来」").click()
    expect(page.get_by_role("status")).to_contain_text("可以再上门")
    page.get_by_role("button", name="记下：不用再来").click()  # she thought again
    expect(page.get_by_role("status")).to_contain_text("不再上门")
    expect(page.locator(".next")).to_contain_text("您说了不用再来")


def the_overview_says_the_same(page: Page, told: Figures) -> None:
    page.goto("/office")
    expect(page.locator(".headline").first).to_contain_text(f"{told.closed} / {told.d} 户")
