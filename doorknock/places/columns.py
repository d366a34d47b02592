"""What the head of a roster calls its columns, and which rows are its head, its totals, its notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from doorknock.sheets import Sheet
from doorknock.words import lazy

NAMES = {
    "group": lazy("村组"),
    "local_no": lazy("编号"),
    "door": lazy("门牌"),
    "contact_name": lazy("户主"),
    "adults": lazy("成年人数"),
    "phone": lazy("电话"),
    "kind": lazy("类型"),
    "landmark": lazy("位置说明"),
    "lane": lazy("巷/片"),
    "settlement": lazy("自然村/小区"),
    "nickname": lazy("当地叫法"),
}
"""A field's name as the office reads it in a warning or a refusal."""

_WORDS = {
    "group": "村组 组别 小组 组 组名 组号 村小组 村民组 村民小组 居民小组 所属组 所在组 所属村组 生产队",
    "local_no": "编号 户编号 户号 住户编号 农户编号 家庭编号",
    "door": "门牌 门牌号 门牌号码 门牌编号 门号 | 家庭住址 住址 地址 家庭地址 详细地址",
    "contact_name": "户主 户主姓名 户主名 户主名字 | 姓名 | 联系人 联系人姓名 店主 房东 经营者 "
    "| 户名 名称 店名 单位名称 商户名称",
    "adults": "成年人数 成年人 成年 成年人口 成年人口数 家庭成年人口 家庭成年人数 家庭成年人 成人 成人数 "
    "大人 18岁以上 18岁以上人数 18岁以上人口 18周岁以上人数",
    "phone": "电话 联系电话 手机 手机号 手机号码 电话号码 联系方式 联系号码 户主电话 户主联系电话 "
    "户主手机 户主手机号 联系人电话 | 固定电话 座机 备用电话",
    "kind": "类别 类型 户类别 户类型 种类 点位类型 场所类型 住户类型",
    "landmark": "位置说明 位置 位置描述 地标 参照物 标志物 方位 | 备注",
    "lane": "巷/片 巷 片 巷片 片区 街巷 巷道 巷名",
    "settlement": "自然村/小区 自然村 小区 小区名称 村落 自然屯",
    "nickname": "当地叫法 绰号 小名 外号 俗称",
}
"""Head words by field; after a bar stand those that only fill in where the ones before are blank."""

_FIELDS = {
    word: (name, rank)
    for name, ranks in _WORDS.items()
    for rank, words in enumerate(ranks.split("|"))
    for word in words.split()
}
_IDENTIFYING = frozenset({"local_no", "door", "contact_name"})
_HEADCOUNT = re.compile("(家庭|户|总)?(人口|人数)数?")
_PRIVATE = re.compile("身份证|身份号|证件号|公民身份|银行|卡号|账号|一卡通")
_BRACKETED = re.compile(r"[(\[【].*?[)\]】]")
_TOTAL = re.compile(r"(本页|本组|本村|全组|全村|.{1,8}[组村])?(合计|总计|小计|共计|累计)([:(\d].*)?")
_NOTE = re.compile(
    "(填表|制表|填报|审核|审批|复核|核对|统计|负责|经办|登记)(人|单位|日期|时间)?(签字|签名|盖章)?:"
    "|(备注|注|说明|填表说明|日期|填表日期|注意):|注\\d"
)


def head_word(name: str) -> str:
    """The word under which a head names this field."""
    return _WORDS[name].split()[0]


def compact(text: str) -> str:
    """The form in which texts are compared: NFKC, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class Header:
    """Which columns hold which field, the one to prefer first; ``depth`` is 1 or 2 rows."""

    columns: dict[str, list[int]]
    depth: int
    private: dict[int, str]
    """Columns of ID or bank numbers by their own word: never read."""
    headcounts: dict[int, str]
    """Columns that count people of any age, which is no count of adults."""

    @property
    def complete(self) -> bool:
        return len(self.columns) >= 2 and not _IDENTIFYING.isdisjoint(self.columns)


def header_at(sheet: Sheet, numbers: Sequence[int], at: int) -> Header | None:
    """The head that begins in row ``numbers[at]``, one or two rows deep; None if there is none."""
    top = _labels(sheet, numbers[at])
    if not top:
        return None
    single = _header({column: (word,) for column, word in top.items()}, 1)
    below = numbers[at] + 1
    if at + 1 < len(numbers) and numbers[at + 1] == below:
        over = _spread(sheet, numbers[at], top)
        bottom = _labels(sheet, below)
        if _continues(over, bottom, len(sheet.rows[below])):
            if not single.complete and _header({c: (w,) for c, w in bottom.items()}, 1).complete:
                return None  # only a title above a head of its own
            return _complete(_header(_stacked(top, over, bottom), 2))
    return _complete(single)


def is_total(words: Sequence[str]) -> bool:
    """Whether a row with these first words adds up the rows above it."""
    return any(_TOTAL.fullmatch(word) for word in words)


def is_note(words: Sequence[str]) -> bool:
    """Whether a row with these first words is a remark under the table, such as 填表人：."""
    return bool(words) and _NOTE.match(words[0]) is not None


def is_column_count(words: Sequence[str]) -> bool:
    """Whether a row only numbers the columns, 1 2 3 …, as official forms do under their head."""
    return len(words) > 2 and list(words) == [str(n) for n in range(1, len(words) + 1)]


def _complete(header: Header) -> Header | None:
    return header if header.complete else None


def _labels(sheet: Sheet, number: int) -> dict[int, str]:
    """The short words of a row by column, or nothing if it holds a long text."""
    words = {}
    for column, cell in sheet.rows[number].items():
        if isinstance(cell.value, str) and len(cell.value) <= 40:
            words[column] = _BRACKETED.sub("", compact(cell.value)).strip(":*※.。")
    return words


def _spread(sheet: Sheet, number: int, top: dict[int, str]) -> dict[int, str]:
    """The upper row with each word over every column that its merged cell covers."""
    over = dict(top)
    for column, word in top.items():
        _, last = sheet.merged.get((number, column), (number, column))
        over.update(dict.fromkeys(range(column + 1, min(last, column + 20) + 1), word))
    return over


def _continues(over: dict[int, str], bottom: dict[int, str], cells: int) -> bool:
    """Whether the lower row is words of a head and not the first household."""
    if not bottom or len(bottom) < cells:
        return False
    known = sum(_known(over.get(column, "") + word) or _known(word) for column, word in bottom.items())
    return known * 2 >= len(bottom)


def _known(word: str) -> bool:
    return word in _FIELDS or bool(_HEADCOUNT.fullmatch(word) or _PRIVATE.search(word))


def _stacked(top: dict[int, str], over: dict[int, str], bottom: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Per column what it may be called: both rows read together, then the lower, then the upper."""
    stacked: dict[int, tuple[str, ...]] = {}
    for column in over.keys() | bottom.keys():
        upper, lower = over.get(column, ""), bottom.get(column, "")
        shared = column not in top or (column + 1 in over and column + 1 not in top)
        stacked[column] = (upper + lower, lower) if lower and shared else (upper + lower, lower, upper)
    return stacked


def _header(words: dict[int, tuple[str, ...]], depth: int) -> Header:
    ranked: dict[str, list[tuple[int, int]]] = {}
    private, headcounts = {}, {}
    for column, names in sorted(words.items()):
        known = next((_FIELDS[name] for name in names if name in _FIELDS), None)
        if _PRIVATE.search(names[0]):
            private[column] = names[0]
        elif _HEADCOUNT.fullmatch(names[0]):
            headcounts[column] = names[0]
        elif known:
            ranked.setdefault(known[0], []).append((known[1], column))
    columns = {name: [column for _, column in sorted(found)] for name, found in ranked.items()}
    if "landmark" in ranked:  # a remark may hold anything: it is read only where nothing says place
        best = min(rank for rank, _ in ranked["landmark"])
        columns["landmark"] = [column for rank, column in ranked["landmark"] if rank == best]
    return Header(columns, depth, private, headcounts)
