"""禾丰村 counted by hand: the command, the office's page, a rebuild and the phones come to the same figures.

door   what happened                                     closed  covered  met  signed  offered
1001   讲了, signed; 今天装好 1, 不装 1                        x       x     x     x        x
1002   不想听                                              x             x
1003   没人, then 改天                                                    x
1004   电话讲了; 以后再说 2                                   x       x
1005   讲了, on paper, then taken back                      x       x     x              x
1006   没人
1007   讲了, spoken; 没有智能手机 2                           x       x     x              x
1008   长期不在家, agreed by the village: leaves D
1009   讲了 (这次不签), corrected to 不想听                    x             x
1010   讲了 by mistake, voided
1011   改天, 住户说不用再来                                                x
1012   nobody went

N = 12 doors, 1 away, D = 11. attempted = 1001-1007, 1009, 1011 = 9. visits = 11: two at 1003, one each at 1001, 1002,
1004-1009 and 1011, none at 1010 and 1012. App: asked 4 = 1 + 1 (1001) + 2 (1004).
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.hefeng import GRID_A, GRID_B, VILLAGE, Hefeng, plain
from tests.wire.client import Phone

WHOLE = {
    "N": 12, "away": 1, "pending": 0, "D": 11, "attempted": 9, "met": 7, "covered": 4, "declined": 2, "closed": 6,
    "signed": 1, "offered": 3, "visits": 11,
}  # fmt: skip
APP = {
    "asked": 4, "installed_before": 0, "installed_now": 1, "wants_later": 2, "declined": 1, "no_smartphone": 2,
    "places_installed": 1,
}  # fmt: skip
GROUPS = {
    "一组": {"N": 5, "away": 0, "D": 5, "attempted": 5, "met": 4, "covered": 3, "declined": 1, "closed": 4, "signed": 1,
            "offered": 2, "visits": 6},
    "二组": {"N": 3, "away": 1, "D": 2, "attempted": 2, "met": 1, "covered": 1, "declined": 0, "closed": 1, "signed": 0,
            "offered": 1, "visits": 3},
    "三组": {"N": 4, "away": 0, "D": 4, "attempted": 2, "met": 2, "covered": 0, "declined": 1, "closed": 1, "signed": 0,
            "offered": 0, "visits": 2},
}  # fmt: skip
BEATS = {
    GRID_A: {"D": 7, "attempted": 7, "met": 5, "covered": 4, "declined": 1, "closed": 5, "signed": 1,
             "offered": 3, "visits": 9},
    GRID_B: {"D": 4, "attempted": 2, "met": 2, "covered": 0, "declined": 1, "closed": 1, "signed": 0,
             "offered": 0, "visits": 2},
}  # fmt: skip


@pytest.fixture
def phones(village: Hefeng) -> dict[str, Phone]:
    """The day as the table above tells it, all of it synced."""
    wang, li = village.phone("wang"), village.phone("li")
    asked = {"installed_now": 1, "declined": 1}
    village.visit(wang, "1001", "met_covered", 1, app=asked, commitment={"version": "1", "method": "screen"})
    village.visit(wang, "1002", "met_declined", 2)
    village.visit(wang, "1003", "nobody_home", 3)
    village.visit(wang, "1003", "met_later", 4)
    village.visit(wang, "1004", "remote_covered", 5, app={"wants_later": 2})
    village.visit(wang, "1005", "met_covered", 6, commitment={"version": "1", "method": "paper", "paper_no": "0007"})
    wang.event("commitment_withdrawal", {"place_id": village.ids["1005"]}, village.at(7))
    village.visit(wang, "1006", "nobody_home", 8)
    spoken = {"version": "1", "method": "oral"}
    village.visit(wang, "1007", "met_covered", 9, app={"no_smartphone": 2}, commitment=spoken)
    village.visit(wang, "1008", "away_reported", 10, away={"kind": "外出务工"})
    refused = {"version": "1", "method": "declined"}
    first = village.visit(li, "1009", "met_covered", 11, commitment=refused)
    village.correct(li, first.id, "1009", "met_declined", village.at(12))
    mistake = village.visit(li, "1010", "met_covered", 13)
    village.void(li, mistake.id, village.at(14))
    village.visit(li, "1011", "met_later", 15, do_not_return=True)
    for phone in (wang, li):
        phone.sync()
    village.flask("places", "decide", village.item("away", "1008"), "accept", "--by", "chen")
    for phone in (wang, li):
        phone.sync()
    return {GRID_A: wang, GRID_B: li}


def shown(village: Hefeng) -> dict[str, Any]:
    """The village by the command."""
    found: dict[str, Any] = village.flask("coverage", "show", "--region", VILLAGE, "--json")
    return found


def test_the_command_comes_to_the_hand_count(village: Hefeng, phones: dict[str, Phone]) -> None:
    node = shown(village)
    assert {name: node[name] for name in WHOLE} == WHOLE
    assert node["app"] == APP
    for group in node["children"]:
        wanted = GROUPS[group["name"]]
        assert {name: group[name] for name in wanted} == wanted, group["name"]
    for grid in node["grids"]:
        assert {name: grid[name] for name in BEATS[grid["code"]]} == BEATS[grid["code"]], grid["code"]


def test_the_office_page_shows_the_hand_count_with_its_base(village: Hefeng, phones: dict[str, Phone]) -> None:
    page = plain(village.office("chen").get(f"/office/coverage/{VILLAGE}"))
    for part in (6, 9, 7, 4, 1):  # 办结, 走访, 见面, 覆盖, 签订
        assert f"{part}/11" in page.replace(" ", "")
    assert "54.5%" in page  # 6/11


def test_a_rebuild_comes_to_the_hand_count(village: Hefeng, phones: dict[str, Phone]) -> None:
    village.stands()
    assert {name: shown(village)[name] for name in WHOLE} == WHOLE


@pytest.mark.parametrize("grid", [GRID_A, GRID_B])
def test_the_phone_counts_the_same_from_its_rows(phones: dict[str, Phone], grid: str) -> None:
    kinds = ("place", "visit", "commitment")
    rows = {kind: {ident: row.data for ident, row in phones[grid].rows(kind).items()} for kind in kinds}
    script = Path(__file__).with_name("phone_figures.mjs")
    done = subprocess.run(
        ["node", str(script)], input=json.dumps(rows), capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == BEATS[grid]
