"""The browser's store is full, or emptied behind our back: it is said aloud, and what can be kept is kept."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.live import LiveServer

A_MINUTE = 60_000


def quota(page: Page, origin: str, size: int | None) -> None:
    """Lets the browser give this origin so many bytes, or what it likes."""
    limits = {} if size is None else {"quotaSize": size}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": origin, **limits})


def test_a_save_that_the_browser_refuses_is_refused_aloud_and_saved_later(
    live_server: LiveServer, phone_device: Device
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone_device.open())
    wang.enrol("一组")
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.tap("返回")
    expect(wang.page.locator(".hint")).to_contain_text("上次没写完")
    phone_device.close()

    # A browser measures its room anew when it starts; from now on there is none.
    phone = phone_device.open()
    quota(phone, live_server.url, 1)
    wang = Worker(phone)
    wang.open()
    wang.row("王桂兰").tap()
    phone.wait_for_url("**/visit?*")
    wang.more("听讲的大人")
    expect(phone.get_by_role("alert")).to_contain_text("这一条没存上")  # said of the draft already
    with phone.expect_event("pageerror"):
        wang.tap("保存")
    expect(phone.get_by_role("alert")).to_contain_text("这一条没存上")
    expect(phone.locator("[data-stepper] output").first).to_have_text("3")
    wang.sees(held=0, waiting=0)
    quota(phone, live_server.url, None)
    wang.tap("再存一次")
    phone.wait_for_url("**/field/saved/*")
    wang.sees(held=0, waiting=1)
    expect(phone.locator(".facts")).to_contain_text("3 位")
    assert set(phone_device.faults) == {"QuotaExceededError"}
    phone_device.faults.clear()  # this once it was the subject


def test_an_emptied_store_is_said_aloud_and_what_waited_is_found_again(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.door("王桂兰")
    wang.outcome("没人")
    wang.save()
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    live_server.stop()
    wang.door("李长山")
    wang.outcome("改天")
    lost = wang.save()
    phone.goto("about:blank")
    session = phone.context.new_cdp_session(phone)
    session.send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "indexeddb"})

    wang.open()
    expect(phone.locator("main")).to_contain_text("浏览器把这里的资料清掉过")
    live_server.start()
    username, password = hefeng.WANG
    wang.tap("没有登记码，用登录名和密码")
    phone.get_by_label("登录名").fill(username)
    phone.get_by_label("密码", exact=True).fill(password)
    wang.tap("登记")
    phone.wait_for_url("**/field/lanes", timeout=30_000)
    expect(phone.locator("#notice")).to_contain_text("有 1 条没传的已经找回来了")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    wang.open(f"/field/visits/{lost}")
    expect(phone.locator(".facts")).to_contain_text("改天")
    assert hefeng.coverage(live_server)["visits"] == 2
