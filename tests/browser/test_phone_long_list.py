"""Long lists in the hand: two screens at first, the others as they are scrolled to, and back to where one was."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.live import LiveServer

MORE = 70
ALL = [*(name for group, name in hefeng.DOORS if group == "一组"), *(f"余{n}" for n in range(1, MORE + 1))]
DOWN = "scrollTo(0, document.documentElement.scrollHeight)"
PATIENCE_S = 10


def settled(server: LiveServer, page: Page) -> Worker:
    """A worker whose first group has 82 doors."""
    hefeng.settle(server, more=MORE)
    wang = Worker(page)
    wang.enrol("一组")
    return wang


def scroll_down(page: Page, rows: int) -> None:
    """To the foot of the list until so many rows are there; a page that has just come goes to its top by itself."""
    until = time.monotonic() + PATIENCE_S
    while page.locator(".rows .name").count() != rows and time.monotonic() < until:
        page.evaluate(DOWN)
        page.wait_for_timeout(100)


def test_the_roster_comes_as_it_is_scrolled_and_going_back_finds_the_door(live_server: LiveServer, phone: Page) -> None:
    wang = settled(live_server, phone)
    phone.locator('.tabs a[href="/field/list"]').tap()
    names = phone.locator(".rows .name")
    expect(names).to_have_text(ALL[:20])
    scroll_down(phone, 50)
    expect(names).to_have_text(ALL[:50])
    far = phone.locator(".row", has_text=ALL[44])
    far.scroll_into_view_if_needed()
    far.tap()
    expect(phone.locator("h1")).to_contain_text(ALL[44])
    phone.go_back()
    expect(far).to_be_in_viewport()
    wang.tap("再看 50 户")
    expect(names.first).to_have_text(ALL[50])
    scroll_down(phone, len(ALL) - 50)
    expect(names).to_have_text(ALL[50:])


def test_a_far_door_of_the_lane_can_be_put_off(live_server: LiveServer, phone: Page) -> None:
    settled(live_server, phone)
    names = phone.locator(".rows .name")
    expect(names).to_have_text(ALL[:20])
    scroll_down(phone, len(ALL))
    expect(names).to_have_text(ALL)
    far = phone.locator("li.lane", has_text=ALL[59])
    far.locator("button", has_text="往后放").dispatch_event("click")
    expect(names).to_have_text(ALL[:20])
    scroll_down(phone, len(ALL))
    expect(names).to_have_text([*ALL[:59], *ALL[60:], ALL[59]])
