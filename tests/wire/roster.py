"""The 24 doors of 青禾镇 and the workbooks that a village office would send.

Cells are named by grid letter and group: A1, A2 (grid A), B3 of 禾丰村; C1, D2, D3 of 柳溪村.
"""

from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

HEADER = ["村组", "编号", "门牌号", "户主姓名", "成年人数", "联系电话", "类型", "备注"]


class Household(NamedTuple):
    """One row of a roster."""

    cell: str
    number: str
    door: str
    name: str
    adults: int
    phone: str
    kind: str
    landmark: str


def _rows(*lines: str) -> list[Household]:
    parts = [line.split("|") for line in lines]
    return [Household(p[0], p[1], p[2], p[3], int(p[4]), p[5], p[6], p[7]) for p in parts]


# 禾丰村: 5 + 3 doors in grid A, 4 in grid B; 柳溪村: 6 in grid C, 4 + 2 in grid D.
HEFENG = _rows(
    "A1|1001|一组1号|王水根|2|13900000001|住户|老槐树东",
    "A1|1002|一组2号|李长山|3||住户|",
    "A1|1003|一组3号|张桂花|1|13900000003|住户|",
    "A1|1004|一组4号|刘福顺|4||商铺|村口小卖部",
    "A1|1005|一组5号|陈新民|2|13900000005|住户|",
    "A2|1006|二组1号|杨小红|2||住户|",
    "A2|1007|二组2号|黄大山|2|13900000007|出租房|水塔下",
    "A2|1008|二组3号|赵凤莲|3||住户|",
    "B3|1009|三组1号|吴永利|2|13900000009|住户|",
    "B3|1010|三组2号|周天宝|2||住户|",
    "B3|1011|三组3号|徐旺德|1||住户|祠堂后",
    "B3|1012|三组4号|孙玉梅|3|13900000012|住户|",
)
LIUXI = _rows(
    "C1|2001|一组1号|马金海|2||住户|",
    "C1|2002|一组2号|朱兰霞|2|13900000022|住户|",
    "C1|2003|一组3号|胡家兴|3||住户|桥头第二家",
    "C1|2004|一组4号|郭仁义|1||住户|",
    "C1|2005|一组5号|何春生|2||住户|",
    "C1|2006|一组6号|高土旺|4||住户|",
    "D2|2007|二组1号|罗志强|2|13900000027|住户|",
    "D2|2008|二组2号|郑丽娟|2||住户|",
    "D2|2009|二组3号|梁平刚|1||商铺|",
    "D2|2010|二组4号|谢超|2||住户|",
    "D3|2011|三组1号|宋艳杰|3||住户|",
    "D3|2012|三组2号|唐明涛|2||住户|",
)
LATECOMER = _rows("A2|1099|二组9号|韩后来|2||住户|晒谷场边")

VILLAGES = {"V1": HEFENG, "V2": LIUXI}
CELLS = {"A1": 5, "A2": 3, "B3": 4, "C1": 6, "D2": 4, "D3": 2}
GROUP_NAMES = {"1": "一组", "2": "二组", "3": "三组"}


def make_roster(rows: list[Household], path: Path) -> Path:
    """Write one tidy sheet and return its path."""
    book = Workbook()
    sheet = book.create_sheet("户表", 0)
    sheet.append(HEADER)
    for row in rows:
        group = GROUP_NAMES[row.cell[1]]
        sheet.append([group, *row[1:4], row.adults, row.phone or None, row.kind, row.landmark or None])
    book.save(path)
    return path
