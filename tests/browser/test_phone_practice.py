"""练习 in a real browser: all can be tried before signing in, nothing leaves the phone, the way out is always there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.live import LiveServer

MEASURE = (Path(__file__).parent / "measure.js").read_text()
SAID = "练习·不会发出去结束练习"
COPIES = "Promise.all([caches.open('doorknock-unsent').then(c => c.keys()).then(k => k.length), {...localStorage}])"


def test_practice_asks_the_server_for_nothing_and_leaves_no_copy(live_server: LiveServer, phone_device: Device) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone_device.open())
    page = wang.page
    wang.open()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    wang.tap("先练习一遍")
    page.wait_for_url("**/field/")
    expect(page.locator("#strip")).to_have_text(SAID)
    wang.row("张三").tap()
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    page.wait_for_url("**/sign?*")
    expect(page.locator("#strip")).to_have_text(SAID)
    wang.sign()
    wang.save()
    wang.door("李四")
    wang.outcome("没人")
    wang.save()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_500)
    assert asked == []
    assert page.evaluate(COPIES) == [0, {}]

    phone_device.close()
    wang = Worker(phone_device.open())
    wang.open()
    expect(wang.page.locator("#strip")).to_have_text(SAID)
    expect(wang.page.locator(".counts dd")).to_have_text(["2", "1", "1", "0", "0"])
    wang.tap("结束练习")
    expect(wang.page.locator("#code")).to_be_visible()
    expect(wang.page.locator("#notice")).to_be_empty()
    assert json.loads(live_server.flask("sync", "verify", "--json"))["events"] == 0


def test_a_worker_in_practice_still_delivers_what_is_real(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("没人")
    wang.save()
    wang.open("/field/me")
    wang.tap("练习", part=True)
    phone.wait_for_url("**/field/")
    wang.row("张三").tap()
    wang.outcome("讲了")
    wang.save()
    key = phone.locator("#strip button").element_handle()
    live_server.start()
    phone.evaluate("dispatchEvent(new Event('online'))")
    while hefeng.verified(live_server)["events"] == 0:
        phone.wait_for_timeout(200)
    phone.wait_for_timeout(500)
    key.tap()
    wang.sees(held=1, waiting=0)
    assert hefeng.coverage(live_server)["visits"] == 1


@pytest.mark.parametrize(("light", "scale", "target"), [("off", "18", 48), ("on", "18", 48), ("off", "36", 64)])
def test_every_page_of_practice_can_be_read_and_left(
    light: str, scale: str, target: int, live_server: LiveServer, phone: Page
) -> None:
    wang = Worker(phone)
    wang.open()
    wang.tap("先练习一遍")
    phone.wait_for_url("**/field/")
    wang.open("/field/me")
    if light == "on":
        wang.tap("阳光")
    elif scale != "18":
        wang.tap("最大")
    expect(
        phone.locator(f'main[data-light="{"sun" if light == "on" else "room"}"][data-scale="{scale}"]')
    ).to_be_attached()
    phone.add_init_script(MEASURE)
    door = "/field/places/practice-5"
    pages = [
        "/field/",
        "/field/list",
        "/field/sync",
        "/field/me",
        "/field/enrol",
        door,
        f"{door}/visit?outcome=met_covered",
    ]
    found: list[str] = []
    for path in [*pages, "/field/walked", f"{door}/family", f"{door}/show"]:
        wang.open(path)
        expect(phone.locator("#strip")).to_contain_text("结束练习")
        said = phone.evaluate("limits => measureScreen(limits)", {"contrast": 7, "target": target})
        found += [f"{path}: {each}" for each in said]
    assert found == []
    wang.tap("结束练习")  # the last page was locked
    expect(phone.locator("#code")).to_be_visible()
