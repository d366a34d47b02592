"""锁: with a PIN nothing of the roster lies readable on the phone; what was recorded gets through without the key."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import xlsxwriter
from playwright.sync_api import Page, expect
from sqlalchemy import select

from doorknock import create_app, web
from doorknock.campaigns import running
from doorknock.campaigns.models import PARTS, of_county
from doorknock.db import db
from doorknock.people import devices
from doorknock.people.devices import Device as Phone
from doorknock.people.models import by_username
from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker, press
from tests.browser.inside import inside
from tests.databases import settings
from tests.live import LiveServer

PIN, WRONG = "402957", "402958"
A_MINUTE = 60_000
# Fifty people who are nowhere else in the house: two characters that do not occur in its words, and one that counts.
PLANTED = [
    f"{family}{given}" for family in ("燕鹂", "鸢鸳", "鹧鸪", "鹭鸶", "鹳鹤") for given in "甪甫甬甭甯甸町甾畀畈"
]
LOCK = f"""async () => {{{inside("localFetch")}
  await localFetch('/field/pin/lock', {{method: 'POST'}});
  htmx.ajax('GET', location.pathname + location.search, {{target: '#page', swap: 'outerHTML'}});
}}"""


def settle(server: LiveServer, *, pin: bool) -> None:
    """禾丰村 with fifty more doors, and the office's wish for a lock."""
    hefeng.settle(server)
    roster = server.folder / "加户.xlsx"
    book = xlsxwriter.Workbook(str(roster))
    sheet = book.add_worksheet("户表")
    sheet.write_row(0, 0, hefeng.HEADER)
    for i, name in enumerate(PLANTED, 1):
        sheet.write_row(
            i, 0, (f"{2000 + i}", "二组", f"二组{100 + i}号", name, "", 2, f"1390000{7000 + i}", "住户", "")
        )
    book.close()
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["roster", "import", str(roster), "--village", hefeng.VILLAGE])
        assert done.exit_code == 0, done.output
        tang = by_username("tang")
        assert tang is not None
        for found in of_county("990102"):
            parts = PARTS | {"pin": pin}
            running.change(found, name=found.name, starts=found.starts, ends=found.ends, parts=parts, by=tang.id)
        web.commit()
        for engine in db.engines.values():
            engine.dispose()


def switch_off(server: LiveServer) -> None:
    """The phone of 王建国 was lost."""
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        wang = by_username("wang")
        assert wang is not None
        for phone in db.session.scalars(select(Phone).where(Phone.worker_id == wang.id)):
            devices.revoke(phone)
        web.commit()
        for engine in db.engines.values():
            engine.dispose()


def mistake(page: Page) -> None:
    """A wrong PIN, and its answer: the keypad that comes back is empty."""
    press(page, WRONG)
    expect(page.locator("form[data-pin] input[name=pin]")).to_have_value("")


def enrol(wang: Worker, *, pin: bool) -> None:
    """Signs in, sets the PIN that is asked for before anything is pulled, and takes 一组."""
    username, password = hefeng.WANG
    wang.open()
    wang.tap("没有登记码，用登录名和密码")
    wang.page.get_by_label("登录名").fill(username)
    wang.page.get_by_label("密码", exact=True).fill(password)
    wang.tap("登记")
    if pin:
        expect(wang.page.locator("h1")).to_have_text("设一个 6 位密码", timeout=20_000)
        press(wang.page, PIN)
        expect(wang.page.locator("h1")).to_have_text("再按一遍")
        press(wang.page, PIN)
    wang.page.wait_for_url("**/field/lanes", timeout=40_000)
    wang.tap("一组", part=True)
    wang.tap("就走这些")
    wang.page.wait_for_url("**/field/")


def readable(folder: Path) -> set[str]:
    """The planted names that can be read in any file of the browser's profile: UTF-8, UTF-16, or in an address."""
    spelt = {name: (name.encode(), name.encode("utf-16-le"), quote(name).encode()) for name in PLANTED}
    found: set[str] = set()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            data = file.read_bytes()
            found |= {name for name, ways in spelt.items() if any(way in data for way in ways)}
    return found


def work(wang: Worker) -> None:
    """From 户表 over a search for somebody to a visit that is saved."""
    wang.page.get_by_role("searchbox").fill(PLANTED[7])
    expect(wang.page.locator("a.row")).to_have_count(1)
    wang.page.locator("a.row").first.tap()
    expect(wang.page.locator(".who h1")).to_have_text(PLANTED[7])
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.save()


def test_without_a_pin_the_names_can_be_found_in_the_phones_files(
    live_server: LiveServer, phone_device: Device
) -> None:
    settle(live_server, pin=False)
    wang = Worker(phone_device.open())
    enrol(wang, pin=False)
    wang.open("/field/list")
    work(wang)
    phone_device.close()
    assert len(readable(phone_device.folder)) == len(PLANTED)


def test_with_a_pin_none_can_and_only_the_pin_opens_the_phone_again(
    live_server: LiveServer, phone_device: Device
) -> None:
    settle(live_server, pin=True)
    wang = Worker(phone_device.open())
    enrol(wang, pin=True)
    wang.open("/field/list")
    press(wang.page, PIN)  # an address typed by hand is a new start: the key was only in the page's memory
    work(wang)
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    wang.page.evaluate(LOCK)
    expect(wang.page.locator("form[data-pin]")).to_be_visible()
    assert not any(name in wang.page.content() for name in PLANTED)
    for _ in range(3):
        mistake(wang.page)
        expect(wang.page.get_by_role("alert")).to_contain_text("密码不对")
    phone_device.kill()
    assert readable(phone_device.folder) == set()

    live_server.stop()  # whatever unlocking needs is on the phone
    wang = Worker(phone_device.open())
    wang.page.add_init_script("localStorage.clear()")
    wang.open()
    expect(wang.page.locator(".banner")).to_contain_text("前面错了 3 次")
    for left in (6, 5):
        mistake(wang.page)
        expect(wang.page.get_by_role("alert")).to_contain_text(f"再错 {left} 次")
    expect(wang.page.get_by_role("alert")).to_contain_text("还要等")
    expect(wang.page.locator('[data-digit="1"]')).to_be_disabled()
    wang.page.reload()
    wang.ready()
    expect(wang.page.get_by_role("alert")).to_contain_text("还要等")
    expect(wang.page.locator('[data-digit="1"]')).to_be_enabled(timeout=40_000)
    press(wang.page, PIN)
    expect(wang.page.locator("h1")).to_have_text("今天")


def test_a_lost_phone_delivers_though_it_is_locked_and_then_lets_go_of_everything(
    live_server: LiveServer, phone_device: Device
) -> None:
    settle(live_server, pin=True)
    wang = Worker(phone_device.open())
    enrol(wang, pin=True)
    live_server.stop()
    wang.row("王桂兰").tap()
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.save()
    wang.page.evaluate(LOCK)
    expect(wang.page.locator(".shut")).to_contain_text("有 1 条没传，锁着也会自己传")
    switch_off(live_server)
    live_server.start()
    wang.open()
    expect(wang.page.locator("form[data-pin]")).to_be_visible()
    for _ in range(30):
        if hefeng.verified(live_server)["events"]:
            break
        wang.page.wait_for_timeout(500)
    assert hefeng.verified(live_server)["events"] == 1
    assert hefeng.coverage(live_server)["visits"] == 0, "kept for review"
    for _ in range(20):  # the next round is told to let go
        wang.open()
        if "拿走了" in (wang.page.locator("h1").inner_text()):
            break
        wang.page.wait_for_timeout(1_000)
    expect(wang.page.locator("h1")).to_have_text("户表从这部手机里拿走了")


def test_left_alone_the_phone_locks_itself_and_the_pad_comes_back_after_the_pin(
    live_server: LiveServer, phone_device: Device
) -> None:
    settle(live_server, pin=True)
    wang = Worker(phone_device.open())
    enrol(wang, pin=True)
    wang.row("王桂兰").tap()
    wang.outcome("讲了")
    wang.more("听讲的大人")
    wang.tap("签")
    wang.tap("下一步：签")
    wang.page.wait_for_url("**/sign?*")
    wang.page.evaluate("() => { document.getElementById('page').dataset.autolock = '0.01'; }")
    expect(wang.page.locator("form[data-pin]")).to_be_visible(timeout=20_000)  # the page looks every five seconds
    press(wang.page, PIN)
    wang.sign()
    wang.save()
    wang.sees(held=1, waiting=0, within=A_MINUTE)
