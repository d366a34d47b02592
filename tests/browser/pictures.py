"""Renews docs/pictures/ from the demo: `python -m tests.browser.pictures`. README and the manual show them."""

from __future__ import annotations

import tempfile
from html import escape
from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, sync_playwright

from doorknock.demo import town
from doorknock.papers.county_sheet import fill
from tests.browser import demo_town
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.databases import ROOT, Sqlite
from tests.live import LiveServer
from tests.papers import county, qinghe

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
                _form(Device(driver, folder / "form", server.url, phone=False))
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
    page.goto("/office/reports")
    _keep(page, "日报")
    device.close()


def _lane(device: Device) -> None:
    page = device.open()
    log_in(page, "hefeng")
    page.goto(f"/office/review/{demo_town.HEFENG}")
    _keep(page, "审核")
    device.close()


def _form(device: Device) -> None:
    """The county's form before and after, as a spreadsheet shows it; only some of its rows."""
    page = device.open()
    template = county.daily_form()
    sides = (("县里的表", template), ("填好以后", fill(template, qinghe.daily()).data))
    shown = "".join(f"<div><h2>{title}</h2>{_cells(data)}</div>" for title, data in sides)
    page.set_content(f"<style>{_LOOK}</style>{shown}")
    page.set_viewport_size({"width": 800, "height": 590})
    _keep(page, "县里的表")
    device.close()


_LOOK = """body { display: grid; gap: 20px; align-content: start; margin: 16px; font: 15px sans-serif }
h2 { margin: 0 0 8px; font-size: 16px } table { border-collapse: collapse }
td { height: 26px; padding: 0 6px; border: 1px solid #d5dcd9; white-space: nowrap }
tr:last-child td { font-weight: 700 }
th { padding: 2px 6px; border: 1px solid #d5dcd9; background: #f4f6f5; font-weight: 400 }"""
_ROWS, _COLUMNS = (4, 5, 6, 7, 8, 15, 17, 18), "ABCDEG"


def _cells(data: bytes) -> str:
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    head = "".join(f"<th>{letter}</th>" for letter in _COLUMNS)
    rows = ""
    for row in _ROWS:
        values = [sheet[f"{letter}{row}"].value for letter in _COLUMNS]
        if row == _ROWS[-1] and isinstance(sheet["B5"].value, int):
            values[1:5] = [sum(c.value for c in sheet[x][4:17] if isinstance(c.value, int)) for x in _COLUMNS[1:5]]
        texts = [str(value) if value is not None else "" for value in values]
        rows += f"<tr><th>{row}</th>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"
    return f"<table><tr><th></th>{head}</tr>{rows}</table>"


if __name__ == "__main__":
    main()
