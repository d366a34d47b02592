"""The roster, the review and the import in a real browser: on the office computer, and standing in the lane."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.live import LiveServer
from tests.wire.client import Door, Phone
from tests.wire.lines import rfc3339
from tests.wire.roster import HEFENG, LATECOMER, make_roster

SETUP = Path(__file__).parents[1] / "wire" / "village.json"
VILLAGE = "990102103201"
UNDER_THE_BAR = 64  # px of the rail at the bottom of a narrow screen


def settle(server: LiveServer) -> Phone:
    """The village on the server, and 王建国's phone."""
    server.flask("setup", str(SETUP))
    roster = make_roster(HEFENG, server.folder / "户表.xlsx")
    server.flask("roster", "import", str(roster), "--village", VILLAGE)
    phone = Phone(Door(server.url))
    assert phone.enrol(username="wang", password="qinghe-door-wang-1").status == 201
    phone.sync()
    return phone


def sign_in(page: Page, person: str) -> None:
    page.goto("/login")
    page.get_by_label("用户名").fill(person)
    page.get_by_label("密码").fill(f"qinghe-door-{person}-1")
    page.get_by_role("button", name="登录").click()


def place(phone: Phone, number: str) -> str:
    return next(ident for ident, row in phone.rows("place").items() if row.data["local_no"] == number)


def away(phone: Phone, number: str) -> None:
    gone = {"kind": "外出务工", "back_on": "2027-02-10"}
    body = {"place_id": place(phone, number), "outcome": "away_reported", "away": gone}
    phone.event("visit", {**body, "outcome": "nobody_home"}, rfc3339(phone.now() - timedelta(hours=1)))
    phone.event("visit", body, rfc3339(phone.now()))
    phone.sync()


def test_a_wrong_file_is_refused_with_a_sentence(live_server: LiveServer, office: Page) -> None:
    settle(live_server)
    sign_in(office, "chen")
    office.goto(f"/office/import/{VILLAGE}")
    photo: FilePayload = {"name": "照片.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG"}
    office.get_by_label("表格文件").set_input_files(photo)
    office.get_by_role("button", name="看一看会怎样").click()
    expect(office.get_by_role("alert")).to_contain_text("什么都没有写进去")


def test_a_roster_is_seen_confirmed_and_watched(live_server: LiveServer, office: Page) -> None:
    settle(live_server)
    sign_in(office, "chen")
    office.goto(f"/office/places/{VILLAGE}")
    office.get_by_role("link", name="导入户表").click()
    path = make_roster([*HEFENG, *LATECOMER], live_server.folder / "新.xlsx")
    office.get_by_label("表格文件").set_input_files(path)
    office.get_by_role("button", name="看一看会怎样").click()
    expect(office.locator(".figures dd")).to_have_text(["13", "1", "0", "12", "0", "0", "0"])
    office.get_by_role("button", name="确认导入").click()
    expect(office.get_by_role("heading", name="导入好了")).to_be_visible()
    expect(office.locator(".figures dd")).to_have_text(["13", "1", "0", "12", "0", "0", "0"])
    office.get_by_role("link", name="看户表").click()
    expect(office.locator("tbody tr")).to_have_count(13)


def test_a_search_answers_while_typing_and_a_door_tells_its_history(live_server: LiveServer, office: Page) -> None:
    phone = settle(live_server)
    away(phone, "1001")
    sign_in(office, "chen")
    office.goto(f"/office/places/{VILLAGE}")
    office.get_by_role("searchbox").press_sequentially("wsg")
    expect(office.locator("tbody tr")).to_have_count(1)
    office.locator("tbody tr").click()
    expect(office.get_by_role("heading", name="王水根")).to_be_visible()
    expect(office.locator(".history li")).to_have_count(2)
    office.get_by_text("作废或改户").first.click()
    office.get_by_label("为什么作废").first.fill("人在家")
    office.get_by_role("button", name="作废这一条").first.click()
    expect(office.locator(".history li")).to_have_count(3)
    expect(office.locator(".history")).to_contain_text(re.compile("人在家.*陈秀英", re.DOTALL))
    expect(office.locator("main")).not_to_contain_text("等审核")


def test_a_cadre_reviews_standing_in_the_lane(live_server: LiveServer, phone: Page) -> None:
    away(settle(live_server), "1001")
    sign_in(phone, "chen")
    phone.goto(f"/office/review/{VILLAGE}")
    expect(phone.get_by_role("heading", name="报了长期不在家")).to_be_visible()
    expect(phone.locator(".history li")).to_have_count(2)
    expect(phone.locator(".effect")).to_contain_text(re.compile(r"应访 D\s*12\s*→\s*11"))
    keys = phone.locator(".keys button, .keys .key")
    expect(keys).to_have_text(["同意", "不是", "问一下", "先放着"])
    boxes = [key.bounding_box() for key in keys.all()]
    assert len({(box["width"], box["height"]) for box in boxes if box}) == 1, "four equal keys"
    lowest = max(box["y"] + box["height"] for box in boxes if box)
    effect = phone.locator(".effect").bounding_box()
    assert effect is not None
    assert lowest <= 800 - UNDER_THE_BAR, "under the thumb without scrolling"
    assert effect["y"] + effect["height"] <= min(box["y"] for box in boxes if box), "read before pressing"
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("button", name="同意").click()
    expect(phone.locator("main")).to_contain_text("没有要审的")
    phone.get_by_role("link", name="撤回").click()
    phone.get_by_role("button", name="撤回").click()
    expect(phone.get_by_role("heading", name="报了长期不在家")).to_be_visible()
