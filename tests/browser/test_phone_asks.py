"""请我说明: the office asks, the worker reads it offline and answers, and the office reads the answer."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.browser.slices import door_page, sign_in
from tests.live import LiveServer

A_MINUTE = 60_000


def test_the_office_asks_about_a_door_and_the_worker_answers_without_signal(
    live_server: LiveServer, phone: Page, office: Page
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    expect(phone.locator("main")).not_to_contain_text("请我说明")
    sign_in(office)
    door_page(office, "王桂兰")
    office.get_by_role("link", name="问一下网格员").click()
    office.get_by_label("问谁").select_option(label="王建国（禾丰一格）")
    office.get_by_label("想问什么").fill("昨天说这户没人，邻居说在家，您记得吗？")
    office.get_by_text("明天", exact=True).click()
    office.get_by_role("button", name="问他").click()
    expect(office.locator(".asks")).to_contain_text("还没说明")
    wang.open("/field/sync")
    wang.tap("立即同步")
    expect(phone.locator("main")).to_contain_text("村里问了 1 件事", timeout=A_MINUTE)
    live_server.stop()
    wang.open()
    wang.tap("请我说明", part=True)
    expect(phone.locator(".asking .question")).to_have_text("昨天说这户没人，邻居说在家，您记得吗？")
    wang.tap("当时看错了")
    phone.get_by_label("想多说一句").fill("人在后院")
    wang.tap("就这么说")
    expect(phone.locator(".said")).to_contain_text("您说：当时看错了，人在后院")
    wang.sees(held=0, waiting=1)
    wang.open()
    expect(phone.locator("main")).not_to_contain_text("村里问了")
    live_server.start()
    wang.open("/field/asks")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    wang.open("/field/asks")
    expect(phone.locator(".said")).to_contain_text("村里能看到了")
    office.reload()
    expect(office.locator(".asks")).to_contain_text("说明 当时看错了，人在后院")
    assert hefeng.verified(live_server)["events"] == 1
