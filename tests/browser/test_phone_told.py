"""记一次活动 and 记一次张贴 by thumb, without signal, until they stand on the village's page in the office."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.browser.stage import sign_in, the_town_asks
from tests.live import LiveServer


def test_a_talk_and_plaques_told_without_signal_stand_in_the_office_once_it_is_back(
    live_server: LiveServer, phone: Page, office: Page
) -> None:
    hefeng.settle(live_server)
    the_town_asks(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.open("/field/me")
    wang.tap("记一次活动", part=True)  # the screen has been on this phone once before the signal goes
    phone.wait_for_url("**/field/tell/activity?id=*")
    live_server.stop()
    wang.tap("宣讲")
    for key in ("来了多少人加 10", "来了多少人加 10", "来了多少人加 1", "发了几份资料加 10"):
        phone.get_by_label(key, exact=True).tap()
    wang.tap("保存")
    phone.wait_for_url("**/field/told/*")
    expect(phone.get_by_role("status")).to_contain_text("已存好，在这部手机里。")
    expect(phone.locator("main")).to_contain_text("21 人，发了 10 份")
    wang.sees(held=0, waiting=1)
    wang.open("/field/tell/posting")
    wang.tap("门牌")
    wang.tap("一组")
    for _ in range(3):
        phone.get_by_label("几张、几块加一", exact=True).tap()
    wang.tap("保存")
    phone.wait_for_url("**/field/told/*")
    wang.tap("改正", part=True)
    phone.get_by_label("几张、几块加一", exact=True).tap()
    wang.tap("保存")
    phone.wait_for_url("**/field/told/*")
    expect(phone.locator("main")).to_contain_text("5 块")
    wang.sees(held=0, waiting=3)
    wang.open("/field/walked")
    expect(phone.locator(".rows .kind")).to_have_text(["5 块", "21 人，发了 10 份"])
    live_server.start()
    wang.sees(held=3, waiting=0, within=90_000)
    sign_in(office, "chen")
    office.goto(f"/office/tasks/{hefeng.VILLAGE}")
    expect(office.get_by_role("row", name=re.compile("每周一场宣讲"))).to_contain_text("1/2")
    expect(office.get_by_role("row", name=re.compile("挂宣传门牌"))).to_contain_text("4/6")
    expect(office.get_by_role("row", name=re.compile("一组"))).to_contain_text("5/4")
    office.get_by_role("row", name=re.compile("每周一场宣讲")).get_by_role("link").click()
    expect(office.get_by_role("row", name=re.compile("宣讲"))).to_contain_text("21 人，发了 10 份")
    office.locator("summary", has_text="作废").click()
    office.get_by_label("为什么作废").fill("记了两遍")
    office.get_by_role("button", name="作废这一条").click()
    expect(office.get_by_role("status")).to_contain_text("不再算数")
    expect(office.get_by_role("row", name=re.compile("宣讲"))).to_contain_text("陈秀英作废：记了两遍")
