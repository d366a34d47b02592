"""What the tests of reading a roster share: 禾丰村's rows, and what became of them."""

from __future__ import annotations

from typing import Any

from doorknock.places.reading import Reading, RosterRow, read_roster
from doorknock.sheets import open_workbook
from tests.places.workbooks import Content, Formula, Row, roster

ID_NUMBER = "990102199001011234"
WANG: list[Content] = [1, "王桂花", "一组1号", 2, "13800000001", "住户", "水塔下"]
LI: list[Content] = [2, "李福", "一组2号", 3, "13800000002", None, None]


def reading(data: bytes) -> Reading:
    return read_roster(open_workbook(data))


def of(*rows: Row, **more: Any) -> Reading:
    return reading(roster(*rows, **more))


def only(found: Reading) -> RosterRow:
    (row,) = found.rows
    assert found.refused == []
    return row


def names(found: Reading) -> list[str]:
    return [row.contact_name for row in found.rows]


def reasons(found: Reading) -> list[tuple[int, str]]:
    return [(refusal.row, refusal.reason) for refusal in found.refused]


def formula_name(n: int) -> Row:
    return [n, Formula("A1"), f"{n}号"]


def household(n: int) -> Row:
    return [n, "王桂花", f"一组{n}号", 2, 13800000001.0, "住户", "水塔下"]
