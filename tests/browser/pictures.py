"""Renews docs/pictures/ from the demo: `python -m tests.browser.pictures`. README and the manual show them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from doorknock.demo import town
from tests.browser import demo_town
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.databases import ROOT, Sqlite
from tests.live import LiveServer

FOLDER = ROOT / "docs" / "pictures"


def main() -> None:
    """Starts the demo's town on a fresh server, walks a phone and an office through it, and keeps what they show."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        databases = Sqlite(folder)
        databases.prepare()
        server = LiveServer(databases.migrated(), folder)
        demo_town.settle(server)
        server.start()
        try:
            with sync_playwright() as driver:
                _phone(Device(driver, folder / "phone", server.url, phone=True))
                _office(Device(driver, folder / "office", server.url, phone=False))
                _lane(Device(driver, folder / "lane", server.url, phone=True))
        finally:
            server.stop()


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / f"{name}.png", scale="css")


def _phone(device: Device) -> None:
    liu = Worker(device.open())
    page = liu.page
    liu.enrol("三组", login=demo_town.LIU_FANG)
    liu.open()
    _keep(page, "今天")
    liu.door("王建国")
    _keep(page, "一户")
    liu.outcome("讲了")
    liu.more("听讲的大人")
    _keep(page, "走访")
    liu.tap("签")
    liu.tap("下一步：签")
    page.wait_for_url("**/sign?*")
    _keep(page, "签名")
    liu.sign()
    liu.save()
    _keep(page, "存好")
    liu.open("/field/sync")
    _keep(page, "同步")
    liu.door("王桂兰")
    liu.tap("讲给他听")
    page.wait_for_url("**/listen*")
    _keep(page, "讲给他听")
    device.close()


def log_in(page: Page, username: str) -> None:
    """Opens the office as one of the demo's people."""
    page.goto("/login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(town.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/office")


def _office(device: Device) -> None:
    page = device.open()
    log_in(page, "town")
    _keep(page, "总览")
    page.goto(f"/office/coverage?open={demo_town.HEFENG}")
    _keep(page, "覆盖")
    page.goto("/office/people")
    _keep(page, "人员")
    device.close()


def _lane(device: Device) -> None:
    page = device.open()
    log_in(page, "hefeng")
    page.goto(f"/office/review/{demo_town.HEFENG}")
    _keep(page, "审核")
    device.close()


if __name__ == "__main__":
    main()
