"""The way back from every screen of the phone: never a blank page, never out of the app, and a locked page stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.browser.inside import inside
from tests.live import LiveServer

ROUTES = f"""async () => {{{inside("ROUTES")}
  return ROUTES.filter(({{ method }}) => method === 'GET').map(({{ parts }}) => parts.join('/'));
}}"""
FOLLOW = """href => {
  const link = Object.assign(document.createElement('a'), { href, id: 'probe', textContent: 'probe' });
  document.getElementById('page').append(link);
  htmx.process(link);
  link.click();
}"""
NOT_SCREENS = re.compile(r"^/field/(parts/|photos/|sounds/|unsent$|rescue$|first$)")
"""Pieces, files, and what goes on by itself (see below)."""


@dataclass
class Screen:
    """One row of the table: an address and what must be asked for in it."""

    path: str
    query: str = ""


def table(page: Page, door: str, visit: str) -> list[Screen]:
    """Every screen that the phone's own table of addresses has, with ids that this phone knows."""
    asked = {
        "/field/places/:id/visit": "?outcome=met_covered",
        "/field/list": "?q=王",
        "/field/walked": "?day=2026-11-20",
    }
    screens = []
    for route in page.evaluate(ROUTES):
        if NOT_SCREENS.match(route) or route == "/field/":
            continue
        known = door if route.startswith("/field/places/") else visit
        screens.append(Screen(re.sub(r":\w+", known, route), asked.get(route, "")))
    return screens


def arrived(page: Page) -> str:
    """What is on the page that has come: its words; empty would be a blank, and no link or key a dead end."""
    expect(page.locator("#probe")).to_have_count(0)
    expect(page.locator("body[data-ready]")).to_be_attached()
    assert page.locator("main a[href]:visible, main button:visible").count() > 0, page.url
    return page.locator("main").inner_text().strip()


def test_from_every_screen_the_way_back_leads_to_where_one_came_from(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.door("王桂兰")
    door = phone.url.rsplit("/", 1)[1]
    wang.outcome("没人")
    visit = wang.save()
    screens = table(phone, door, visit)
    assert len(screens) > 25
    locked = 0
    for screen in screens:
        wang.open()
        phone.evaluate(FOLLOW, screen.path + screen.query)
        words = arrived(phone)
        assert words, screen
        lock = phone.locator("main").get_attribute("data-locked")
        here = str(phone.locator("main").get_attribute("data-here"))
        phone.go_back()
        if lock:
            locked += 1
            phone.wait_for_url(f"**{lock}")  # drawn again, and its address on top once more
            expect(phone.locator("[data-hold]")).to_be_visible()
            assert phone.locator("main").get_attribute("data-locked") == lock, screen
            wang.hand_back()
            expect(phone.locator("#strip")).to_be_visible()
            continue
        expect(phone.locator("h1"), str(screen)).to_have_text("今天")
        phone.go_forward()
        expect(phone.locator("main"), str(screen)).to_have_attribute("data-here", here)
        assert arrived(phone), screen
        phone.go_back()
        expect(phone.locator("h1"), str(screen)).to_have_text("今天")
    assert locked >= 2


def test_a_deep_page_that_opens_first_has_today_beneath_it(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.door("王桂兰")
    door = phone.url
    for path in (door, f"{door}/visit?outcome=met_later", "/field/walked", "/field/places/no-such-door"):
        tab = Worker(phone.context.new_page())
        tab.open(path)
        tab.page.go_back()
        expect(tab.page.locator("h1")).to_have_text("今天")
        assert tab.page.url.endswith("/field/")
        tab.page.close()


def test_after_the_first_download_the_way_back_does_not_run_it_again(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("今天走哪几片")
    phone.go_back()
    expect(phone.locator("#code")).to_be_visible()
    phone.wait_for_timeout(600)
    wang.tap("我的")
    expect(phone.locator("h1")).to_have_text("王建国")


def test_back_on_the_locked_pad_stays_there_however_often(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    phone.wait_for_url("**/sign?*")
    for _ in range(3):
        phone.go_back()
        expect(phone.locator("[data-pad]")).to_be_visible()
        phone.wait_for_url("**/sign?*")
    wang.hand_back()
    phone.wait_for_url("**/visit?*")
