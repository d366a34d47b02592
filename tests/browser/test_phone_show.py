"""The resident's own eyes: what is recorded, in sentences; the text read aloud; the same thanks for yes and no."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from doorknock import create_app, web
from doorknock.db import db
from doorknock.places.models import by_ids
from doorknock.privacy import erase
from tests.browser import hefeng, stage
from tests.browser.hands import Worker
from tests.browser.slices import campaign
from tests.databases import settings
from tests.live import LiveServer

A_MINUTE = 60_000
INSIDE = """() => [...document.querySelectorAll('main *')].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && !each.closest('svg');
}).map((each) => each.outerHTML.slice(0, 80))"""


def enrolled(server: LiveServer, page: Page, *, recording: bool = False) -> Worker:
    hefeng.settle(server)
    campaign(server, recording=recording)
    wang = Worker(page)
    wang.enrol("一组")
    return wang


def erased(server: LiveServer, door: str) -> None:
    """The household of this door has asked the office for it."""
    with create_app(settings(server.database_url, server.folder)).app_context():
        erase.household(by_ids("990102", [door])[door], by=None)
        web.commit()
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize(("answer", "told"), [("纸质", "承诺书：在纸上签了。"), ("这次不签", "承诺书：这次不签。")])
def test_the_resident_reads_what_was_recorded_and_the_thanks_are_the_same(
    live_server: LiveServer, phone: Page, answer: str, told: str
) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    door = phone.url
    wang.outcome("讲了")
    wang.tap("原来就有", part=True)
    wang.tap(answer)
    if answer == "纸质":
        phone.get_by_label("纸上的编号").fill("0007")
    wang.save()
    wang.open(door)
    wang.tap("更多")
    wang.tap("给您看看记了什么", part=True)
    shown = phone.locator(".shown")
    for words in (
        "一组1号 王桂兰",
        "来过，当面讲了防诈骗的事。",
        "听的大人：1 位。",
        "原来就有 1 人",
        told,
        "随时都行",
    ):
        expect(shown).to_contain_text(words)
    expect(phone.locator(".thanks-line")).to_have_text("谢谢您")
    for name in ("李长山", "张桂花", "服务器已收"):
        expect(phone.locator("body")).not_to_contain_text(name)
    here = phone.url
    phone.go_back()
    phone.wait_for_timeout(300)
    wang.open("/field/list")
    assert phone.url == here
    wang.hand_back()
    expect(phone.locator(".who h1")).to_have_text("王桂兰")


def test_at_the_largest_letters_nothing_is_cut(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    door = phone.url
    wang.outcome("讲了")
    wang.save()
    stage.post(phone, "/field/me", scale="36")
    wang.open(door.split("?")[0] + "/show")
    expect(phone.locator("#page")).to_have_attribute("data-scale", "36")
    assert phone.evaluate(INSIDE) == []
    wang.hand_back()
    wang.open("/field/asks")
    assert phone.evaluate(INSIDE) == []


def test_the_text_is_played_from_its_recording_without_a_network(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone, recording=True)
    wang.open("/field/sync")
    wang.tap("立即同步")
    expect(phone.locator("main")).to_contain_text("上次联系")
    phone.wait_for_timeout(2_000)  # the recording comes after facts
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    phone.wait_for_url("**/sign?*")
    expect(phone.locator(".pad .words")).to_contain_text("我承诺不出租出借银行卡和电话卡。")
    expect(phone.locator(".pad .ground p")).to_contain_text("不要扶着别人的手签")
    phone.locator("[data-play]").tap()
    expect(phone.locator(".aloud[data-sounding]")).to_be_visible()
    expect(phone.locator("[data-play]")).to_contain_text("停")
    phone.locator("[data-play]").tap()
    expect(phone.locator(".aloud[data-sounding]")).to_have_count(0)
    size = phone.locator(".pad .words").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert size >= 28


def test_without_a_recording_the_worker_reads_it(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    phone.wait_for_url("**/sign?*")
    expect(phone.locator(".aloud")).to_have_text("请您念给他听")


def test_a_door_that_stands_empty_says_in_its_row_when_people_come_back(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    wang.other_outcome("长期不在家")
    wang.tap("外出务工")
    month = phone.locator("input[name=back_on]").nth(2)
    day = str(month.get_attribute("value"))
    assert day.endswith("-01")
    phone.locator(f"label[for='back_on-{day}']").tap()
    wang.save()
    wang.open()
    said = f"{int(day[:4])}年{int(day[5:7])}月回来"
    expect(wang.row("王桂兰").locator(".second")).to_contain_text(said)


def test_a_household_erased_while_it_signs_gives_the_phone_back(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    wang.door("王桂兰")
    door = phone.url.rsplit("/", 1)[1]
    wang.outcome("讲了")
    wang.tap("签")
    wang.tap("下一步：签")
    phone.wait_for_url("**/sign?*")
    erased(live_server, door)
    with phone.expect_response("**/api/v1/sync"):
        phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_timeout(1_000)  # what was heard is written down
    wang.tap("这次不签")
    expect(phone.locator("h1")).to_have_text("这部手机里没有这一户")
    wang.open("/field/list")
    expect(phone.locator("h1")).to_have_text("这部手机里没有这一户")
    assert phone.evaluate(INSIDE) == []
    wang.hand_back()
    phone.wait_for_url("**/field/")
    expect(phone.locator("h1")).to_have_text("今天")
    wang.open("/field/list")
    expect(phone.locator("h1")).to_have_text("户表")
