"""What happens to a phone in a pocket and a hand: stopped, full, turned over, opened twice, set to a wrong day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.browser.test_phone_storage import quota
from tests.live import LiveServer

A_MINUTE = 60_000
STORE = "indexedDB.databases().then((all) => all.find(({name}) => name.startsWith('doorknock-')).name)"
NEWER = """async (name) => {
  const asked = indexedDB.open(name, 99);
  await new Promise((resolve, reject) => { asked.onsuccess = resolve; asked.onerror = reject; });
  asked.result.close();
}"""


@pytest.fixture
def wang(live_server: LiveServer, phone: Page) -> Worker:
    """王建国 with today's lane open."""
    hefeng.settle(live_server)
    worker = Worker(phone)
    worker.enrol("一组")
    return worker


def another_tab(wang: Worker, path: str) -> Worker:
    """A second tab of the same phone."""
    other = Worker(wang.page.context.new_page())
    other.open(path)
    return other


def test_one_form_in_two_tabs_is_one_visit_and_both_show_what_was_kept(wang: Worker, live_server: LiveServer) -> None:
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.page.wait_for_timeout(1_000)  # a draft is at most a second late
    other = another_tab(wang, wang.page.url)
    expect(other.page.locator("[data-stepper] output").first).to_have_text("2")
    other.more("听讲的大人")
    saved = wang.save()
    assert other.save() == saved
    expect(other.page.locator(".facts")).to_contain_text("2 位")
    assert other.unsent() == [saved]
    other.open()
    expect(other.page.locator("a.row", has_text="还没保存")).to_have_count(0)


def test_two_forms_for_one_door_are_both_kept(wang: Worker, live_server: LiveServer) -> None:
    wang.door("王桂兰")
    door = wang.page.url
    wang.outcome("没人")
    other = another_tab(wang, f"{door}/visit?outcome=met_later")
    ids = {wang.save(), other.save()}
    assert len(ids) == 2
    other.sees(held=2, waiting=0, within=A_MINUTE)
    assert hefeng.coverage(live_server)["visits"] == 2
    assert hefeng.verified(live_server)["events"] == 2


def test_a_worker_that_is_stopped_between_all_taps_is_not_missed(wang: Worker, live_server: LiveServer) -> None:
    session = wang.page.context.new_cdp_session(wang.page)
    session.send("ServiceWorker.enable")
    live_server.stop()
    wang.door("王桂兰")
    session.send("ServiceWorker.stopAllWorkers")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.page.wait_for_timeout(1_000)  # a draft is at most a second late
    session.send("ServiceWorker.stopAllWorkers")
    wang.page.reload()
    wang.ready()
    expect(wang.page.locator("[data-stepper] output").first).to_have_text("2")
    session.send("ServiceWorker.stopAllWorkers")
    saved = wang.save()
    session.send("ServiceWorker.stopAllWorkers")
    assert wang.unsent() == [saved]


def test_a_phone_that_is_full_still_sends_what_waits_and_saves_once_there_is_room(
    live_server: LiveServer, phone_device: Device
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone_device.open())
    wang.enrol("一组")
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("没人")
    wang.save()
    phone_device.close()

    phone = phone_device.open()  # a browser measures its room anew when it starts
    quota(phone, live_server.url, 1)
    wang = Worker(phone)
    wang.door("李长山")
    wang.outcome("没人")
    with phone.expect_event("pageerror"):
        wang.tap("保存")
    expect(phone.get_by_role("alert")).to_contain_text("这一条没存上")
    live_server.start()
    wang.open()
    within(A_MINUTE, lambda: hefeng.coverage(live_server)["visits"] == 1)
    quota(phone, live_server.url, None)
    wang.door("李长山")
    wang.outcome("没人")
    wang.save()
    wang.sees(held=2, waiting=0, within=A_MINUTE)
    assert hefeng.verified(live_server)["events"] == 2
    assert set(phone_device.faults) == {"QuotaExceededError"}
    phone_device.faults.clear()  # this once it was the subject


def within(limit: int, holds: Callable[[], bool]) -> None:
    """Asks again and again, for at most that many milliseconds."""
    deadline = time.monotonic() + limit / 1_000
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_store_that_cannot_be_opened_leaves_a_page_with_a_way_on(
    phone_device: Device, live_server: LiveServer
) -> None:
    hefeng.settle(live_server)
    page = phone_device.open()
    wang = Worker(page)
    wang.enrol("一组")
    store = page.evaluate(STORE)
    page.goto("/healthz")
    page.evaluate(NEWER, store)
    wang.open()
    expect(page.locator("h1")).to_have_text("这一页没打开")
    expect(page.locator("main")).to_contain_text("记下的都还在")
    expect(wang.key("再打开一次")).to_be_visible()
    assert all("version" in fault.lower() for fault in phone_device.faults)
    phone_device.faults.clear()  # this once it was the subject


def test_a_half_filled_form_and_a_half_written_name_survive_being_turned(wang: Worker, live_server: LiveServer) -> None:
    page = wang.page
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.tap("签")
    page.set_viewport_size({"width": 800, "height": 360})
    expect(page.locator("[data-stepper] output").first).to_have_text("2")
    wang.tap("下一步：签")
    page.wait_for_url("**/sign?*")
    draw(page, 0.2)
    first = strokes(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert strokes(page) == first
    draw(page, 0.7)
    both = strokes(page)
    assert len(both) == 2
    assert abs(len(both[0]) - len(first[0])) <= 2
    assert all(abs(x - x2) <= 3 for x, x2 in zip(both[0][::2], first[0][::2], strict=False))
    assert all(0 <= x <= 1000 for line in both for x in line[::2])
    wang.tap("签好了")
    page.wait_for_url("**/signed?*")
    wang.hand_back()
    page.wait_for_url("**/visit?*")
    wang.save()
    expect(page.locator(".facts")).to_contain_text("签了")


def strokes(page: Page) -> list[list[int]]:
    """What is kept of the drawing."""
    found: list[list[int]] = page.evaluate("JSON.parse(document.querySelector('input[name=strokes]').value)")
    return found


def draw(page: Page, at: float) -> None:
    """A straight stroke across the middle of the pad, as it lies on the glass."""
    box = page.locator("[data-pad][data-ready] canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * at, box["y"] + box["height"] * at)
    page.mouse.down()
    for n in range(1, 9):
        page.mouse.move(box["x"] + box["width"] * at + n * 4, box["y"] + box["height"] * at + n * 3)
    page.mouse.up()


@pytest.mark.parametrize("days", [365, -365], ids=["ahead", "behind"])
def test_with_the_clock_a_year_off_a_visit_still_arrives_or_is_seen_to_wait(
    days: int, wang: Worker, live_server: LiveServer
) -> None:
    wang.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))
    wang.door("王桂兰")
    wang.outcome("没人")
    wang.save()
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    counted = hefeng.coverage(live_server)["visits"]
    wang.open("/field/sync")
    assert counted == 1 or wang.page.get_by_text("要您看一下").count() == 1
    assert hefeng.verified(live_server)["events"] == 1
