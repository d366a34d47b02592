"""A day's paper slips typed in a real browser by the keyboard alone, quickly, and nothing typed is lost."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_places_office import VILLAGE, settle, sign_in
from tests.live import LiveServer

PAGE = f"/office/paper/{VILLAGE}"


def begin(server: LiveServer, office: Page) -> None:
    """陈秀英 has chosen on whose behalf she types; the first door has the focus."""
    settle(server)
    sign_in(office, "chen")
    office.wait_for_url("**/office")
    office.goto(PAGE)
    expect(office.get_by_label("替谁录")).to_be_focused()
    office.keyboard.press("ArrowDown")
    office.keyboard.press("ArrowDown")
    expect(office.get_by_label("替谁录").locator("option:checked")).to_have_text("王建国")
    cell(office, 1, "户").focus()


def cell(office: Page, row: int, what: str) -> Locator:
    return office.get_by_label(f"第 {row} 行，{what}", exact=True)


def coverage(server: LiveServer) -> dict[str, int]:
    shown: dict[str, int] = json.loads(server.flask("coverage", "show", "--region", VILLAGE, "--json"))
    return shown


def test_rows_are_typed_and_saved_without_a_mouse(live_server: LiveServer, office: Page) -> None:
    begin(live_server, office)
    press, type_ = office.keyboard.press, office.keyboard.type
    type_("1001")
    press("Tab")
    type_("1")  # 讲了 says all, so the next key is already the adults'
    type_("2")
    press("Tab")
    type_("1")
    type_("0007")
    press("Enter")
    type_("1-2")
    press("Tab")
    type_("2")
    press("Enter")
    type_("张桂花")
    press("Tab")
    type_("4")
    expect(office.locator("#said-0")).to_have_text("一组1号 王水根好了")
    expect(office.locator("#said-1")).to_have_text("一组2号 李长山好了")
    expect(office.locator("#said-2")).to_have_text("一组3号 张桂花好了")
    press("Control+Enter")
    expect(office.get_by_role("status")).to_contain_text("存好了 3 条")
    shown = coverage(live_server)
    assert (shown["covered"], shown["declined"], shown["visits"], shown["signed"]) == (1, 1, 3, 1)


def test_a_wrong_row_says_so_in_place_and_a_reload_keeps_all_that_was_typed(
    live_server: LiveServer, office: Page
) -> None:
    begin(live_server, office)
    press, type_ = office.keyboard.press, office.keyboard.type
    type_("1001")
    press("Tab")
    type_("1")
    press("Enter")
    type_("9999")
    press("Tab")
    with office.expect_response(lambda answer: "outcome.1=2" in (answer.request.post_data or "")):
        type_("2")  # kept within half a second of the last key
    expect(office.locator("#said-1")).to_contain_text("没有找到这一户")
    expect(office.locator("#said-0")).to_contain_text("好了")
    office.reload()
    expect(cell(office, 2, "户")).to_have_value("9999")
    expect(cell(office, 1, "结果")).to_have_value("1")
    cell(office, 2, "户").focus()
    press("Control+Enter")
    expect(office.get_by_role("alert")).to_contain_text("什么都没有存")
    assert coverage(live_server)["visits"] == 0
    cell(office, 2, "户").fill("1002")
    press("ArrowUp")
    expect(cell(office, 1, "户")).to_be_focused()
    press("Control+Enter")
    expect(office.get_by_role("status")).to_contain_text("存好了 2 条")
    assert coverage(live_server)["visits"] == 2


def test_doors_stand_ready_and_only_the_outcomes_are_typed(live_server: LiveServer, office: Page) -> None:
    begin(live_server, office)
    office.get_by_role("button", name="二组").press("Enter")
    expect(cell(office, 1, "户")).to_have_value("1006")
    expect(office.get_by_label("替谁录").locator("option:checked")).to_have_text("王建国")
    expect(cell(office, 1, "结果")).to_be_focused()
    office.keyboard.type("2")
    office.keyboard.press("Enter")
    expect(cell(office, 2, "结果")).to_be_focused()
    office.keyboard.press("Enter")
    office.keyboard.type("1")
    office.keyboard.press("Control+Enter")
    expect(office.get_by_role("status")).to_contain_text("存好了 2 条")
    assert coverage(live_server)["visits"] == 2
