"""What only a browser shows of a day's list, of copying, of calling, and of putting a door off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.live import LiveServer

NO_CLIPBOARD = """() => {
  navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
  document.execCommand = () => false;
}"""
MEASURE = (Path(__file__).parent / "measure.js").read_text()


def enrolled(server: LiveServer, page: Page, *lanes: str) -> Worker:
    hefeng.settle(server)
    wang = Worker(page)
    wang.enrol(*lanes)
    return wang


def swipe_left(page: Page, name: str) -> None:
    """A thumb that goes to the left over a row."""
    box = Worker(page).row(name).bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2
    for kind, x in (("touchStart", 300), ("touchMove", 250), ("touchMove", 180)):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_day_is_read_and_copied_with_and_without_a_clipboard(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone, "一组")
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.save()
    wang.sees(held=1, waiting=0, within=60_000)
    live_server.stop()
    wang.door("李长山")
    wang.outcome("没人")
    wang.save()
    wang.open()
    phone.locator("a.walked").tap()
    phone.wait_for_url("**/field/walked")
    expect(phone.locator(".rows .name")).to_have_text(["李长山", "王桂兰"])
    expect(phone.locator(".rows .receipt")).to_have_text(["还在手机里", "服务器已收"])
    text = phone.locator("textarea").input_value()
    assert text.endswith("走了 2：讲了 1，没人 1，改天 0，不想听 0。\n服务器已收 1，还在手机里 1。")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wang.tap("复制今天小结")
    expect(phone.locator("[data-copy-text]")).to_contain_text("复制好了")
    assert phone.evaluate("navigator.clipboard.readText()") == text
    phone.reload()
    wang.ready()
    phone.evaluate(NO_CLIPBOARD)
    wang.tap("复制今天小结")
    expect(phone.get_by_role("status").filter(has_text="没能直接复制")).to_be_visible()
    assert phone.evaluate("String(getSelection()) || document.activeElement.value") == text
    phone.get_by_label("前一天").tap()
    expect(phone.locator("h1")).to_have_text("昨天走过的")
    phone.get_by_label("后一天").tap()
    expect(phone.locator(".rows .name")).to_have_count(2)


def test_a_door_is_put_off_by_a_swipe_by_a_long_press_and_from_the_menu(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone, "一组")
    first = phone.locator("li.lane .name").first
    last = phone.locator("li.lane .name").last
    swipe_left(phone, "王桂兰")
    wang.tap("往后放")
    expect(first).to_have_text("李长山")
    expect(last).to_have_text("王桂兰")
    wang.row("李长山").dispatch_event("contextmenu")  # what a long press is to Chromium, and the menu key
    wang.row("李长山").dispatch_event("click")  # the finger lets go: that is no tap
    phone.wait_for_timeout(300)
    expect(phone.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    wang.tap("往后放")
    expect(first).to_have_text("张桂花")
    wang.row("张桂花").tap()
    wang.tap("更多")
    wang.tap("往后放", part=True)
    phone.wait_for_url("**/field/")
    expect(first).to_have_text("刘福顺")
    wang.sees(held=0, waiting=0)


def test_after_a_call_its_two_endings_are_offered_and_go_with_the_door(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.open()
    wang.tap("先练习一遍")
    phone.wait_for_url("**/field/")
    wang.row("孙七").tap()
    told = phone.locator("[data-after-call]")
    expect(told).to_be_hidden()
    phone.evaluate(
        "addEventListener('click', event => event.target.closest('[href^=\"tel:\"]') && event.preventDefault())"
    )
    wang.tap("拨打", part=True)
    expect(told).to_be_visible()
    phone.reload()
    wang.ready()
    expect(told).to_be_visible()
    wang.tap("电话里讲了")
    phone.wait_for_url("**/visit?*")
    wang.tap("返回")
    expect(phone.locator(".who h1")).to_have_text("孙七")
    expect(told).to_be_hidden()


@pytest.mark.parametrize("look", ["平常", "阳光", "最大"], ids=["room", "sun", "largest"])
def test_these_pages_can_be_read_and_tapped(look: str, live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone, "一组")
    wang.door("陈新民")
    door = phone.url
    wang.outcome("没人")
    wang.save()
    wang.open("/field/me")
    if look != "平常":
        wang.tap(look)
        expect(phone.locator('main[data-light="room"][data-scale="18"]')).to_have_count(0)
    phone.add_init_script(MEASURE)
    limits = {"contrast": 7, "target": 64 if look == "最大" else 48}
    found: list[str] = []
    for path in ("/field/walked", "/field/walked?day=2026-11-01", f"{door}/family", "/field/list?q=钱", "/field/"):
        wang.open(path)
        found += [f"{path}: {each}" for each in phone.evaluate("limits => measureScreen(limits)", limits)]
    assert found == []


def test_no_deed_takes_more_taps_than_it_must(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone, "一组")

    def counted(name: str) -> None:
        wang.taps = 0
        wang.door(name)

    counted("王桂兰")
    wang.outcome("没人")
    wang.save()
    assert wang.taps <= 3
    counted("李长山")
    wang.outcome("讲了")
    wang.save()
    assert wang.taps <= 4
    counted("张桂花")
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    wang.sign()
    saved = wang.save()
    assert wang.taps <= 8
    wang.open(f"/field/visits/{saved}")
    expect(phone.locator(".facts")).to_contain_text("签了")
