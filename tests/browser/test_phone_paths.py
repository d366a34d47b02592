"""Ways into the app and back without a server: deep link, reload, back, a plain form, a hard reload, two tabs."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.live import LiveServer

A_MINUTE = 60_000


def enrolled(server: LiveServer, page: Page) -> Worker:
    """王建国 with today's lane open."""
    hefeng.settle(server)
    wang = Worker(page)
    wang.enrol("一组")
    return wang


def tab(context: BrowserContext, path: str) -> Worker:
    """Another tab of the same phone, at an address."""
    wang = Worker(context.new_page())
    wang.open(path)
    return wang


def test_without_a_server_a_deep_link_a_reload_and_the_way_back_all_work(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    door = phone.url
    wang.outcome("讲了")
    wang.more("听讲的大人")
    phone.wait_for_timeout(1_000)  # a draft is at most a second late
    phone.reload()
    wang.ready()
    expect(phone.locator("[data-stepper] output").first).to_have_text("2")
    phone.go_back()
    expect(phone.locator(".who h1")).to_have_text("王桂兰")
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("今天")
    deep = tab(phone.context, door + "/visit")
    expect(deep.page.locator("[data-stepper] output").first).to_have_text("2")
    lost = tab(phone.context, "/field/places/no-such-door")
    expect(lost.page.locator("h1")).to_have_text("这部手机里没有这一户")
    lost.tap("回到户表")
    expect(lost.page.locator(".section")).to_contain_text("一组")


def test_after_saving_the_way_back_leads_to_today_and_a_late_second_save_adds_nothing(
    live_server: LiveServer, phone: Page
) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("没人")
    form = phone.url
    saved = wang.save()
    wang.sees(held=0, waiting=1)
    wang.open(form)
    expect(phone.locator("h1")).to_have_text("今天")
    late = "form => fetch(form, {method: 'POST', body: new URLSearchParams({outcome: 'met_covered', adults: '2'})})"
    phone.evaluate(late, form)
    assert wang.unsent() == [saved]


def test_a_form_sent_without_scripts_is_answered_by_the_worker(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("讲了")
    wang.more("听讲的大人")
    phone.evaluate("HTMLFormElement.prototype.submit.call(document.getElementById('main-form'))")
    expect(phone.locator("h1")).to_contain_text("已存好")
    wang.ready()
    expect(phone.locator(".facts")).to_contain_text("2 位")
    wang.sees(held=0, waiting=1)


def test_a_form_of_a_screen_that_the_worker_lacks_goes_on_to_the_page(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.open()
    wang.tap("新户")
    wang.tap("一组")
    phone.get_by_label("怎么称呼").fill("韩新来")
    phone.evaluate("HTMLFormElement.prototype.submit.call(document.getElementById('main-form'))")
    expect(phone.locator(".who h1")).to_have_text("韩新来")
    wang.sees(held=0, waiting=1)


def test_a_hard_reload_comes_back_to_the_same_page(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    wang.door("王桂兰")
    door = phone.url
    session = phone.context.new_cdp_session(phone)
    with phone.expect_navigation():
        session.send("Page.reload", {"ignoreCache": True})
    wang.ready()
    expect(phone.locator(".who h1")).to_have_text("王桂兰")
    assert phone.url == door
    wang.outcome("没人")
    wang.save()


def test_a_page_of_the_field_posted_to_the_server_is_never_taken(live_server: LiveServer, phone: Page) -> None:
    answer = phone.request.post(f"{live_server.url}/field/places/1/visit", form={"outcome": "met_covered"})
    assert answer.status == 503


def test_two_tabs_write_one_chain(live_server: LiveServer, phone: Page) -> None:
    wang = enrolled(live_server, phone)
    live_server.stop()
    wang.door("王桂兰")
    wang.outcome("没人")
    other = tab(phone.context, "/field/")
    other.door("李长山")
    other.outcome("改天")
    ids = {wang.save(), other.save()}
    live_server.start()
    other.sees(held=2, waiting=0, within=A_MINUTE)
    wang.open()
    wang.sees(held=2, waiting=0)
    assert len(ids) == 2
    assert hefeng.verified(live_server)["events"] == 2
    assert hefeng.coverage(live_server)["visits"] == 2
