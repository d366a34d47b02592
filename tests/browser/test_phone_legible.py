"""The locked pad in an old hand, and how few taps a visit takes; every other screen: test_withstand_screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.live import LiveServer

MEASURE = (Path(__file__).parent / "measure.js").read_text()
LEAST_CONTRAST = 7
LEAST_TARGET = 48


def set_look(wang: Worker, look: str) -> None:
    """平常, or one of the larger types."""
    wang.open("/field/me")
    if look != "平常":
        wang.tap(look)
        expect(wang.page.locator('main[data-scale="18"]')).to_have_count(0)


@pytest.mark.parametrize("look", ["平常", "最大"], ids=["room", "largest"])
def test_the_locked_pad_can_be_read_tapped_and_left(look: str, live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    set_look(wang, look)
    phone.add_init_script(MEASURE)
    wang.door("王桂兰")
    door = phone.url
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    phone.wait_for_url("**/sign?*")
    wang.open(phone.url)
    limits = {"contrast": LEAST_CONTRAST, "target": LEAST_TARGET}
    found = phone.evaluate("limits => measureScreen(limits)", limits)
    assert "王桂兰" not in phone.locator("body").inner_text()
    phone.go_back()
    wang.open("/field/")
    expect(phone.locator("[data-pad]")).to_be_visible()
    wang.hand_back()
    phone.wait_for_url("**/visit?*")
    wang.open(f"/field/listen?from={door.rsplit('/', 1)[1]}")
    found += phone.evaluate("limits => measureScreen(limits)", limits)
    wang.hand_back()
    expect(phone.locator(".who h1")).to_have_text("王桂兰")
    assert found == []


def test_a_signed_visit_takes_twelve_taps_at_most_and_nobody_home_three(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.taps = 0
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.more("门卡")
    wang.tap("原来就有", part=True)
    wang.tap("签")
    wang.tap("下一步：签")
    wang.sign()
    wang.save()
    assert wang.taps <= 12
    wang.taps = 0
    wang.door("李长山")
    wang.outcome("没人")
    wang.save()
    assert wang.taps == 3
