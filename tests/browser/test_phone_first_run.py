"""The first opening of a phone: which browsers are sent elsewhere before anything is stored, and how one gets in."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker, until
from tests.live import LiveServer

WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2199A Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/126.0.0.0 Mobile Safari/537.36 XWEB/1260 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600(0x28003133)"
)
STORED = """async () => [
  (await indexedDB.databases()).map(({name}) => name).filter((name) => name !== 'doorknock-trial'),
  await caches.keys(),
  await navigator.serviceWorker.getRegistrations(),
]"""
NOTHING: list[list[object]] = [[], [], []]


def pretend(page: Page, user_agent: str) -> None:
    page.context.new_cdp_session(page).send("Network.setUserAgentOverride", {"userAgent": user_agent})


def test_a_chat_app_is_left_for_a_browser_before_anything_is_stored(live_server: LiveServer, phone: Page) -> None:
    pretend(phone, WECHAT)
    phone.goto("/field/enrol#code=12345678")
    expect(phone.get_by_role("heading", name="请换个浏览器打开")).to_be_visible()
    expect(phone.locator("#inside")).to_contain_text("这里是微信里的页面")
    expect(phone.locator(".qr svg")).to_be_visible()
    expect(phone.get_by_label("网址")).to_have_value(f"{live_server.url}/field/enrol#code=12345678")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.get_by_role("button", name="复制网址").tap()
    expect(phone.locator("#copied")).to_contain_text("复制好了")
    assert phone.evaluate("navigator.clipboard.readText()") == f"{live_server.url}/field/enrol#code=12345678"
    assert phone.evaluate(STORED) == NOTHING


def test_where_nothing_may_be_copied_the_address_stands_selected(phone: Page) -> None:
    pretend(phone, WECHAT)
    phone.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('not here'));")
    phone.add_init_script("document.execCommand = () => false;")
    phone.goto("/field/")
    phone.get_by_role("button", name="复制网址").tap()
    expect(phone.locator("#copied")).to_contain_text("请按住上面的网址")
    assert phone.evaluate("getSelection().toString()").endswith("/field/")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("IDBFactory.prototype.open = () => { throw new DOMException('no', 'InvalidStateError'); }", "存不住东西"),
        ("StorageManager.prototype.estimate = async () => ({quota: 30e6, usage: 0})", "给的地方太小"),
        ("delete Navigator.prototype.serviceWorker", "请换个浏览器打开"),
    ],
    ids=["no database", "private", "no worker"],
)
def test_a_browser_that_would_lose_the_work_says_so_first(fault: str, said: str, phone: Page) -> None:
    phone.add_init_script(fault)
    phone.goto("/field/")
    expect(phone.locator("h2:visible")).to_contain_text(said)
    expect(phone.get_by_label("网址")).to_be_visible()
    assert phone.evaluate("caches.keys()") == []


def test_whoever_knows_better_goes_on_in_little_room(phone: Page) -> None:
    phone.add_init_script("StorageManager.prototype.estimate = async () => ({quota: 30e6, usage: 0})")
    phone.goto("/field/")
    phone.get_by_role("button", name="知道了，先这样用").tap()
    expect(phone.get_by_label("登记码")).to_be_visible(timeout=20_000)


def test_a_scanned_code_enrols_with_one_tap(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    code = json.loads(live_server.flask("devices", "code", "wang", "--json"))
    wang = Worker(phone)
    wang.open(code["url"])
    expect(phone.locator("main")).to_contain_text("扫到登记码了")
    expect(phone.locator("main")).to_contain_text("别清浏览器的数据")
    assert "#" not in phone.url
    wang.tap("登记这部手机")
    phone.wait_for_url("**/field/lanes", timeout=30_000)
    wang.open(code["url"])
    wang.tap("登记这部手机")
    expect(phone.get_by_role("alert")).to_contain_text("已经用过")
    expect(phone.get_by_label("登记码")).to_be_visible()


def test_the_phone_can_be_looked_over_at_any_time(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.open("/field/me")
    wang.tap("手机查一查", part=True)
    rows = phone.locator(".rows .row")
    for name in ("浏览器", "没网也能打开", "存得住", "没传的另存一份", "地方", "时间"):
        expect(rows.filter(has=phone.get_by_text(name, exact=True))).to_contain_text("好")
    expect(rows.last).to_contain_text("添加到主屏幕")
    wang.tap("再查一次")
    expect(phone.locator("h1")).to_have_text("手机查一查")


OFFER = """outcome => dispatchEvent(Object.assign(new Event('beforeinstallprompt', {cancelable: true}), {
  prompt: async () => { window.prompted = true; }, userChoice: Promise.resolve({outcome}),
}))"""


def test_the_desktop_is_offered_in_one_line_and_a_refusal_stays(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    phone.evaluate(OFFER, "dismissed")
    expect(phone.locator("[data-install]")).to_be_empty()  # on 今天 not before the first day has arrived
    wang.tap("我的")
    expect(phone.locator("[data-install]")).to_contain_text("放到桌面，像别的应用一样打开")
    wang.tap("放上去")
    until(phone, "window.prompted")
    expect(phone.locator("[data-install]")).to_be_empty()
    phone.wait_for_timeout(500)  # nobody is on the next page sooner, and the refusal has been written down
    wang.open("/field/me")
    phone.evaluate(OFFER, "accepted")
    phone.wait_for_timeout(500)
    expect(phone.locator("[data-install]")).to_be_empty()
