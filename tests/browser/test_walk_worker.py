"""The worker's journey, word for word, on the demo: 刘芳 goes through 三组 without signal."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import demo_town
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.browser.test_phone_day import A_MINUTE
from tests.live import LiveServer


def test_liu_fang_walks_three_doors_without_signal_and_syncs_on_the_ridge(
    live_server: LiveServer, phone_device: Device
) -> None:
    demo_town.settle(live_server)
    liu = Worker(phone_device.open())
    liu.enrol("三组", login=demo_town.LIU_FANG)
    before = counts(liu)  # the demo's morning, which depends on the hour
    live_server.stop()

    today_is_promised_visits_and_the_lane_in_the_order_of_the_roster(liu)
    a_door_is_found_by_whatever_she_remembers(liu)
    nobody_home_is_a_row_a_key_and_save(liu)
    at_the_door_the_cards_are_full_screen_and_the_phone_is_locked(liu)
    covered_and_signed_without_typing(liu)
    a_save_can_be_taken_back_for_ten_seconds(liu)
    liu.sees(held=0, waiting=3)

    phone_device.kill()  # the battery is empty
    liu = Worker(phone_device.open())
    liu.open()
    liu.sees(held=0, waiting=3)
    assert counts(liu) == [had + new for had, new in zip(before, (2, 1, 1, 0, 0), strict=True)]
    what_was_walked_yesterday_is_written_up_in_the_evening(liu)

    live_server.start()  # on the ridge
    liu.sees(held=4, waiting=0, within=A_MINUTE)
    the_day_can_be_copied_for_the_chat_group(liu)


def today_is_promised_visits_and_the_lane_in_the_order_of_the_roster(liu: Worker) -> None:
    page = liu.page
    liu.open()
    promised = under(page, "约好的")
    expect(promised.locator(".name")).to_have_text("李秀英")
    expect(promised).to_contain_text("今天 傍晚")
    plates = under(page, "今天走这片").locator(".plate").all_inner_texts()
    assert [re.sub(r"\D", "", text) for text in plates[:5]] == ["1", "2", "3", "4", "5"]


def counts(liu: Worker) -> list[int]:
    """走了, 讲了, 没人, 改天, 不想听, as 今天 shows them."""
    liu.open()
    return [int(text) for text in liu.page.locator(".counts dd").all_inner_texts()]


def under(page: Page, words: str) -> Locator:
    """The rows under the heading with these words."""
    return page.locator(".section", has_text=words).locator("xpath=following-sibling::ul[1]")


def a_door_is_found_by_whatever_she_remembers(liu: Worker) -> None:
    liu.open("/field/list")
    for words in ("王桂兰", "桂兰婶", "wgl", "三组14号", "井边红铁门"):
        liu.page.get_by_label("找户").fill(words)
        expect(liu.page.locator("#hits .name").filter(has_text="王桂兰").first).to_be_visible()
    liu.page.get_by_label("找户").fill("0313")  # the last digits of a number
    expect(liu.page.locator("#hits .name")).to_have_text(["王建国"])


def nobody_home_is_a_row_a_key_and_save(liu: Worker) -> None:
    liu.open()
    before = liu.taps
    row = liu.row("王建国")
    expect(row).to_contain_text("傍晚再来")  # nobody was there on two mornings
    row.tap()
    liu.taps += 1
    liu.outcome("没人")
    expect(liu.page.get_by_role("radio", name="傍晚")).to_be_checked()
    liu.save()
    assert liu.taps - before == 3
    liu.sees(held=0, waiting=1)


def at_the_door_the_cards_are_full_screen_and_the_phone_is_locked(liu: Worker) -> None:
    page = liu.page
    liu.door("王桂兰")
    liu.tap("讲给他听")
    page.wait_for_url("**/listen*")
    expect(page.locator("#strip")).to_have_count(0)  # nothing of the other households behind it
    page.go_back()
    page.wait_for_url("**/listen*")  # drawn again, and its address on top once more
    expect(page.locator("[data-hold]")).to_be_visible()
    liu.hand_back()
    expect(page.locator(".who h1")).to_have_text("王桂兰")


def covered_and_signed_without_typing(liu: Worker) -> None:
    liu.outcome("讲了")
    liu.more("听讲的大人")
    liu.tap("没有智能手机", part=True)
    liu.tap("签")
    liu.tap("下一步：签")
    liu.sign()
    liu.save()
    liu.sees(held=0, waiting=2)
    expect(liu.page.locator(".facts")).to_contain_text("签了")


def a_save_can_be_taken_back_for_ten_seconds(liu: Worker) -> None:
    liu.page.wait_for_timeout(700)  # right after a save the keys take no tap for 600 ms
    liu.tap("改一下", part=True)
    liu.page.wait_for_url("**/visit?*")
    liu.more("听讲的大人")
    liu.save()
    liu.sees(held=0, waiting=3)


def what_was_walked_yesterday_is_written_up_in_the_evening(liu: Worker) -> None:
    liu.door("李秀英")
    liu.outcome("不想听")
    liu.tap("昨天")
    liu.save()
    liu.sees(held=0, waiting=4)


def the_day_can_be_copied_for_the_chat_group(liu: Worker) -> None:
    page = liu.page
    all_of_it, covered, nobody, later, declined = counts(liu)
    page.locator("a.walked").tap()
    page.wait_for_url("**/field/walked")
    expect(page.locator(".rows a.row")).to_have_count(all_of_it)
    for i, (name, word) in enumerate((("王桂兰", "讲了"), ("王建国", "没人"))):
        row = page.locator(".rows a.row").nth(i)
        expect(row.locator(".name")).to_have_text(name)
        expect(row).to_contain_text(word)
        expect(row.locator(".receipt")).to_have_text("服务器已收")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    liu.tap("复制今天小结")
    expect(page.locator("[data-copy-text]")).to_contain_text("复制好了")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"走了 {all_of_it}：讲了 {covered}，没人 {nobody}，改天 {later}，不想听 {declined}" in copied
    assert f"服务器已收 {all_of_it}，还在手机里 0。" in copied
    assert not re.search("王|李|号", copied)  # figures only: no name and no door
