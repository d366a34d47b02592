"""The fictional town: 青禾镇 with three villages, six grids and about a thousand invented doors."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any

import xlsxwriter

PASSWORD = "qinghe-2026"  # noqa: S105  # printed by the demo; it opens invented data only
HEFENG = "禾丰村"
COUNTY, TOWN = "990102000000", "990102103000"
VILLAGES = (
    ("990102103201", HEFENG, ("一组", "二组", "三组", "四组", "五组", "六组"), 383),
    ("990102103202", "上河村", ("一组", "二组", "三组", "四组"), 341),
    ("990102103203", "柳林村", ("一组", "二组", "三组", "四组"), 289),
)
WORKERS = ("刘芳", "周建明", "陈玉兰", "赵永福", "何满仓", "孙秀梅")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董"
    "袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹"
)
_GIVEN = "建国桂兰秀英满仓玉梅永福家豪春生金凤德顺大山红霞志强小军水生长林文海素珍有田福来美珍天宝根旺仁和淑芬"
_LANDMARKS = ("井边红铁门", "水塔下", "晒谷场边", "村口小卖部", "祠堂后", "桥头第二家", "老槐树东", "卫生室对面")
KNOWN: dict[str, dict[tuple[str, int], tuple[Any, ...]]] = {
    HEFENG: {
        ("一组", 3): ("张德顺", "", 3, "13800000103", "住户", "晒谷场边"),
        ("一组", 5): ("陈满仓", "", 2, "", "住户", "老槐树东"),
        ("一组", 9): ("何有田", "", 2, "", "住户", ""),
        ("二组", 2): ("周素珍", "", 2, "", "住户", "桥头第二家"),
        ("二组", 7): ("刘福顺", "", 2, "13900000207", "住户", "祠堂后"),
        ("二组", 8): ("刘福顺", "", 2, "13900000207", "住户", "祠堂后左手"),
        ("三组", 12): ("李秀英", "", 2, "13700000312", "商铺", "村口小卖部"),
        ("三组", 13): ("王建国", "", 2, "13600000313", "住户", "水塔下"),
        ("三组", 14): ("王桂兰", "桂兰婶", 2, "", "住户", "井边红铁门"),
        ("五组", 4): ("赵大山", "", 2, "", "住户", "水塔下"),
        ("五组", 6): ("吴美珍", "", 3, "13500000506", "住户", "卫生室对面"),
    }
}
"""Doors with a story of their own (see ``evening``): the random week leaves them alone. No such number is in use."""
_KINDS = ("住户",) * 17 + ("商铺", "出租房", "单位")


def grids_of(village: str, groups: tuple[str, ...]) -> list[dict[str, Any]]:
    """Two grids a village: the first half of the groups, and the rest."""
    codes = [f"{village}{i:03d}" for i in range(1, len(groups) + 1)]
    half = (len(codes) + 1) // 2
    parts = (codes[:half], codes[half:])
    return [
        {"code": f"{village}{i:03d}", "name": f"第{'一二'[i - 1]}网格", "village": village, "groups": part}
        for i, part in enumerate(parts, 1)
    ]


def setup_file(today: date) -> dict[str, Any]:
    """The town as a setup file: regions, grids, a person for each role, and a campaign that began a week ago."""
    regions = [
        {"code": "990000000000", "name": "北辰省", "level": "province", "parent": None},
        {"code": "990100000000", "name": "云溪市", "level": "city", "parent": "990000000000"},
        {"code": COUNTY, "name": "青禾县", "level": "county", "parent": "990100000000"},
        {"code": TOWN, "name": "青禾镇", "level": "town", "parent": COUNTY},
    ]
    grids: list[dict[str, Any]] = []
    for code, name, groups, _ in VILLAGES:
        regions.append({"code": code, "name": name, "level": "village", "parent": TOWN})
        regions += [
            {"code": f"{code}{i:03d}", "name": group, "level": "group", "parent": code}
            for i, group in enumerate(groups, 1)
        ]
        grids += grids_of(code, groups)
    campaign = {
        "key": "2026-autumn", "name": "秋季敲门行动", "region": TOWN,
        "starts": (today - timedelta(days=6)).isoformat(), "ends": (today + timedelta(days=23)).isoformat(),
        "commitment": {"version": "1", "text": "不把银行卡、验证码给别人。\n陌生人说的转账，\n先问家人和村里。"},
    }  # fmt: skip
    return {"regions": regions, "grids": grids, "people": people(grids), "campaign": campaign}


def people(grids: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A login for each role; one worker a grid."""
    office = [
        ("admin", "管理员", "admin", COUNTY), ("county", "县反诈办 许文海", "county", COUNTY),
        ("town", "镇反诈办 张敏", "town", TOWN), ("police", "青禾派出所 韩志强", "police", TOWN),
        ("hefeng", "禾丰村 王建国", "village", VILLAGES[0][0]), ("shanghe", "上河村 李素珍", "village", VILLAGES[1][0]),
        ("liulin", "柳林村 郑有田", "village", VILLAGES[2][0]),
    ]  # fmt: skip
    rows = [
        {"username": u, "name": n, "role": r, "region": code, "grids": [], "password": PASSWORD}
        for u, n, r, code in office
    ]
    workers = [
        {"username": f"w{i}", "name": name, "role": "worker", "region": grid["village"], "grids": [grid["code"]],
         "password": PASSWORD}
        for i, (name, grid) in enumerate(zip(WORKERS, grids, strict=True), 1)
    ]  # fmt: skip
    return rows + workers


def workbook(name: str, groups: tuple[str, ...], count: int, rng: random.Random) -> bytes:
    """A village's roster as its office would keep it: one sheet, a title, a header, the doors in walking order."""
    known = KNOWN.get(name, {})
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("户表")
    sheet.write_row(0, 0, ["农户花名册"])
    sheet.write_row(1, 0, ["编号", "村组", "门牌", "户主", "当地叫法", "成年人数", "电话", "类别", "备注"])
    for i in range(count):
        group = groups[i * len(groups) // count]
        number = sum(1 for j in range(i) if groups[j * len(groups) // count] == group) + 1
        household = known.get((group, number)) or _household(rng)
        sheet.write_row(i + 2, 0, [f"{i + 1:03d}", group, f"{group}{number}号", *household])
    book.close()
    return buffer.getvalue()


def _household(rng: random.Random) -> list[Any]:
    name = rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2))))
    nickname = f"{name[0]}家老{'大二三'[rng.randrange(3)]}" if rng.random() < 0.1 else ""
    phone = f"1{rng.choice('3578')}{rng.randrange(10**9):09d}" if rng.random() < 0.7 else ""
    landmark = rng.choice(_LANDMARKS) if rng.random() < 0.5 else ""
    return [name, nickname, rng.randint(1, 5), phone, rng.choice(_KINDS), landmark]
