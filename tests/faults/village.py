"""禾丰村 as the simulator knows it: two grids, three groups, twenty doors, three phones' workers, one who reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

VILLAGE = "990102103201"
GRIDS = {"990102103201001": ["990102103201001", "990102103201002"], "990102103201002": ["990102103201003"]}
GROUPS = {"990102103201001": "一组", "990102103201002": "二组", "990102103201003": "三组"}
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
HEADER = ["村组", "编号", "门牌号", "户主姓名", "成年人数", "备注"]
DOORS = 20


def content() -> dict[str, Any]:
    """The setup file: regions, grids, people, the campaign."""
    above = [
        ("990000000000", "北辰省", "province", None), ("990100000000", "云溪市", "city", "990000000000"),
        ("990102000000", "青禾县", "county", "990100000000"), ("990102103000", "青禾镇", "town", "990102000000"),
        (VILLAGE, "禾丰村", "village", "990102103000"),
        *((code, name, "group", VILLAGE) for code, name in GROUPS.items()),
    ]  # fmt: skip
    first, second = GRIDS
    return {
        "regions": [dict(zip(("code", "name", "level", "parent"), row, strict=True)) for row in above],
        "grids": [{"code": c, "name": c[-1], "village": VILLAGE, "groups": g} for c, g in GRIDS.items()],
        "people": [
            person("liuguixiang", "刘桂香", "worker", [first]), person("zhaojian", "赵建", "worker", [first, second]),
            person("chenxiuying", "陈秀英", "village", []),
        ],
        "campaign": {
            "key": "winter", "name": "冬季敲门", "starts": "2026-11-01", "ends": "2027-12-31", "region": "990102000000",
            "commitment": {"version": "1", "text": "自愿签,不签也不影响任何事。"},
        },
    }  # fmt: skip


def person(username: str, name: str, role: str, grids: list[str]) -> dict[str, Any]:
    """One person of the setup file; the password is said once and never used."""
    return {
        "username": username, "password": f"only-{username}-knows", "name": name, "role": role, "region": VILLAGE,
        "grids": grids,
    }  # fmt: skip


def roster(path: Path, doors: range, adults: int = 2) -> Path:
    """A workbook of these doors; a door always lies in the same group."""
    book = Workbook()
    sheet = book.create_sheet("户表", 0)
    sheet.append(HEADER)
    names = list(GROUPS.values())
    for door in doors:
        name = FAMILY[door % len(FAMILY)] + "水根"
        sheet.append([names[door % 3], f"{1000 + door}", f"{door}号", name, adults, None])
    book.save(path)
    return path
