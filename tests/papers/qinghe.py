"""A day of 青禾镇 as papers: thirteen villages with invented figures that add up."""

from __future__ import annotations

from doorknock.papers.paper import Cell, Chart, Figure, Head, Paper, Paragraph, Row, Section, Table, Target, Words

TOWN = "990102103000"
DAY = [
    ("201", "青禾社区", 66, 44, 3, 4, 14, 1, 4, ""),
    ("202", "禾丰村", 41, 27, 2, 3, 9, 0, 0, ""),
    ("203", "上河村", 48, 33, 2, 3, 9, 1, 0, ""),
    ("204", "柳林村", 19, 13, 1, 1, 4, 0, 9, "08:05 后 1 部没联系上"),
    ("205", "石桥村", 44, 29, 3, 2, 9, 1, 0, ""),
    ("206", "东岭村", 37, 25, 1, 2, 8, 1, 0, ""),
    ("207", "枫树湾村", 52, 34, 3, 4, 10, 1, 0, ""),
    ("208", "新塘村", 57, 38, 2, 4, 12, 1, 3, ""),
    ("209", "白鹭村", 45, 31, 2, 3, 8, 1, 0, ""),
    ("210", "太平村", 23, 14, 1, 1, 7, 0, 0, ""),
    ("211", "竹园村", None, None, None, None, None, None, 0, "今日无安排"),
    ("212", "大垭村", 6, 4, 0, 1, 1, 0, 0, "昨天 17:40 后 1 部没联系上"),
    ("213", "河口村", 31, 20, 2, 2, 6, 1, 7, "13:20 后 2 部没联系上"),
]
"""Village: 走访, its five outcomes and the rest, 昨天补到, what is to be said."""
KEYS = [
    "day.visits", "day.met_covered", "day.met_declined", "day.met_later", "day.nobody_home", "day.other",
    "late_yesterday",
]  # fmt: skip
HEADS = ["走访", "见面宣传", "见面婉拒", "见到人·改天", "无人在家", "其他", "昨天补到"]
SUMS = [469, 312, 22, 30, 97, 8, 23]


def records(code: str, key: str) -> str:
    return f"/office/visits/{code}?what={key}"


def daily() -> Paper:
    """The 日报 of 21 November."""
    return Paper(
        kind="daily", region_code=TOWN, title="青禾镇敲门行动日报",
        subtitle="2026年11月20日 18:00 至 21日 18:00·第 19 期·截至 17:45", blocks=(told(), day_table()),
        notes=("昨天补到：昨天 18:00 以前走访、定稿以后才传到的，写在旁边，不改昨天那一份。",),
        facts=(("place", "青禾镇"), ("day_said", "11月21日"), ("issue", "19")),
    )  # fmt: skip


def told() -> Paragraph:
    """The paragraph of the day."""
    names = ["今天走访 ", " 次，见面宣传 ", " 次，见面婉拒 ", " 次，见到人·改天 ", " 次，无人在家 "]
    counted: list[str | Figure] = []
    for name, key, value in zip(names, KEYS, SUMS, strict=False):
        counted += [name, Figure(key, value, href=records(TOWN, key))]
    return Paragraph((
        *counted, " 次。累计办结 ", Figure("closed", 5092, href=records(TOWN, "closed")), " 户，办结率 ",
        Figure("closed_rate", 5092, 7200), "，待访 ", Figure("left", 2108, href=records(TOWN, "left")),
        " 户。柳林村、大垭村、河口村有 ", Figure("phones_behind", 4, href="/office/phones"),
        " 部手机没联系上，数字不全。",
    ))  # fmt: skip


def day_table() -> Table:
    """Village by village, and the town."""
    heads = [Head("村", number=False), *(Head(name, key=key) for name, key in zip(HEADS, KEYS, strict=True))]
    rows = [_row(*village) for village in DAY]
    total = Row(("全镇", *(Figure(key, value) for key, value in zip(KEYS, SUMS, strict=True)), ""), TOWN, total=True)
    return Table("", (*heads, Head("说明", number=False, key="state")), (*rows, total))


def _row(short: str, name: str, *figures: object) -> Row:
    code = f"990102103{short}"
    *numbers, words = figures
    counted = [
        Figure(key, value if isinstance(value, int) else None, href=records(code, key) if key == "day.visits" else "")
        for key, value in zip(KEYS, numbers, strict=True)
    ]
    said: list[Cell] = [Words(str(words), look="没联系" in str(words))] if words else [""]
    return Row((name, *counted, *said), code)


def idle_table() -> Table:
    """A table in which words stand in the place of figures."""
    heads = (Head("村", number=False), Head("走访", key="day.visits"), Head("办结率", key="closed_rate"))
    rows = (
        Row(("禾丰村", Figure("day.visits", 41), Figure("closed_rate", 286, 383)), "990102103202"),
        Row(("竹园村", Words("今日无安排", 2)), "990102103211"),
        Row(("大垭村", Words("昨天 17:40 后没联系上", 2, look=True)), "990102103212"),
        Row(("山口村", Figure("day.visits", 0), Figure("closed_rate", 0, 0)), "990102103214"),
    )
    return Table("两个村没有数", heads, rows)


def rates() -> Chart:
    """办结率 of the villages against what is meant to be reached."""
    closed = [(310, 402), (286, 383), (401, 611), (120, 262), (350, 455), (300, 420)]
    heads = (Head("村", number=False), Head("办结率", key="closed_rate"))
    rows = [
        Row((name, Figure("closed_rate", *each)), f"990102103{short}")
        for (short, name, *_), each in zip(DAY, closed, strict=False)
    ]
    total = Row(("全镇", Figure("closed_rate", 1767, 2533)), TOWN, total=True)
    table = Table("各村办结率", heads, (*rows, Row(("竹园村", Words("今日无安排")), "990102103211"), total))
    return Chart("bars", "各村办结率", table, (1,), Target("12月2日目标 90%", 90, "12月2日"))


def week() -> Chart:
    """Visits by day."""
    days = [("11月15日", 512, 340), ("16日", 498, 331), ("17日", 0, 0), ("18日", None, None), ("19日", 571, 402)]
    days += [("20日", 603, 411), ("21日", 469, 312)]
    heads = (
        Head("日期", number=False), Head("走访", key="day.visits"), Head("见面宣传", key="day.met_covered"),
    )  # fmt: skip
    rows = tuple(Row((day, Figure("day.visits", a), Figure("day.met_covered", b))) for day, a, b in days)
    return Chart("lines", "一周走访", Table("", heads, rows), (1, 2), Target("11月20日目标 600 次", 600, "20日"))


def summary() -> Paper:
    """A 阶段总结 with its sections."""
    sections = (
        Section("一、组织部署", (Paragraph(("镇里成立专班，13 个村各定一名联络人，网格员 29 人全部到岗。",)),)),
        Section("二、主要做法", (Paragraph(("白天走老人在家的户，傍晚走上班的户；讲三分钟，留一张卡片。",)),)),
        Section("三、数据成效", (told(), rates(), week(), idle_table())),
        Section("四、特色做法与案例", (Paragraph(("禾丰村用方言录音讲给老人听，<大家>都说听得懂 & 记得住。",)),)),
        Section("五、存在问题", (Paragraph(("河口村信号差，手机常要到村委会才能上传。",)),)),
        Section("六、下一步", (Paragraph(("先走没去过的户，再约改天的户。",)),)),
    )
    return Paper(
        "summary", TOWN, "青禾镇敲门行动第一阶段总结", "2026年11月3日至11月21日", sections,
        ("空的底数写 —。",), ("青禾镇反诈办", "2026年11月21日"), (("place", "青禾镇"), ("day_said", "11月21日")),
    )  # fmt: skip
