"""What every screen owes an old worker in the sun: contrast, targets for a thumb, nothing cut off, few taps."""

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
LEAST_TARGET_LARGE = 64


def main_screens(wang: Worker) -> dict[str, str]:
    """Each main screen and its address; what is locked comes last, for it is left only by a long press."""
    page = wang.page
    wang.door("陈新民")
    door = page.url
    wang.outcome("没人")
    saved = wang.save()
    visit = f"{door}/visit?outcome="
    return {
        "今天": "/field/",
        "换片": "/field/lanes",
        "户表": "/field/list",
        "这户": door,
        "更多": f"{door}/more",
        "全部记录": f"{door}/history",
        "改资料": f"{door}/edit",
        "报告": f"{door}/report",
        "讲了": f"{visit}met_covered",
        "改天": f"{visit}met_later",
        "长期不在家": f"{visit}away_reported",
        "这一条": f"/field/visits/{saved}",
        "误点": f"/field/visits/{saved}/void",
        "已存好": f"/field/saved/{saved}",
        "新户": "/field/new",
        "同步": "/field/sync",
        "我的": "/field/me",
        "退出": "/field/signout",
        "登记": "/field/enrol",
        "手机查一查": "/field/checkup",
        "换行动": "/field/campaigns",
        "资料清掉过": "/field/lost",
        "给您看看记了什么": f"{door}/show",
    }


def set_look(wang: Worker, look: str) -> None:
    """平常, 阳光, or one of the larger types."""
    wang.open("/field/me")
    if look != "平常":
        wang.tap(look)
    if look == "阳光":
        expect(wang.page.locator('main[data-light="sun"]')).to_be_attached()
    elif look != "平常":
        expect(wang.page.locator('main[data-scale="18"]')).to_have_count(0)


@pytest.mark.parametrize("look", ["平常", "阳光", "大字", "最大"], ids=["room", "sun", "large", "largest"])
def test_every_screen_can_be_read_and_tapped(look: str, live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    set_look(wang, look)
    least = LEAST_TARGET if look in ("平常", "阳光") else LEAST_TARGET_LARGE
    phone.add_init_script(MEASURE)
    found: list[str] = []
    for name, path in main_screens(wang).items():
        wang.open(path)
        said = phone.evaluate("limits => measureScreen(limits)", {"contrast": LEAST_CONTRAST, "target": least})
        found += [f"{name}: {each}" for each in said]
    assert found == []


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
