"""One cell of a roster turned into one field of a place, or the reason why it cannot be."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from doorknock.places.columns import NAMES, compact
from doorknock.sheets import Value
from doorknock.tabular import unguarded
from doorknock.words import _

LIMITS = {
    "group": 40,
    "local_no": 6,
    "door": 40,
    "contact_name": 40,
    "landmark": 40,
    "lane": 40,
    "settlement": 40,
    "nickname": 40,
}
"""The longest text of a field, in characters; a longer one refuses the row rather than be cut."""

_KINDS = {
    "household": "住户 农户 户 住家 居民 村民 居民户 常住户 家庭户 自住 民房 住宅",
    "shop": "商铺 商户 店铺 门店 门面 店面 沿街商铺 个体户 个体工商户 超市 小卖部 饭店",
    "rental": "出租房 出租屋 出租户 租房 租赁房 租赁户 群租房",
    "workplace": "单位 企业 公司 工厂 厂 机关 企事业单位 合作社",
    "school": "学校 幼儿园 小学 中学",
    "site": "工地 建筑工地",
    "venue": "活动点 活动室 活动中心 文化室 文化广场 广场",
}
KIND_WORDS = {word: code for code, words in _KINDS.items() for word in words.split()}

_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "0"})
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_IS_WIDE = re.compile("[\uff10-\uff5a]")
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_READ = 200
"""Characters of a cell that are looked at; every limit is far below."""
_ADULTS = re.compile("([0-9]{1,2})[人口个]?")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}[2-8]\d{6,7}|[2-8]\d{6,7}|[48]00\d{7}", re.ASCII)
_BETWEEN_PHONES = re.compile(r"[、,;/|\s或和]+")
_COUNTRY = re.compile(r"^(\+|00)?86(?=1\d{10}$)")
_IN_PHONE = re.compile("[-.()]")
_ID_RUN = re.compile(r"\d{15}", re.ASCII)
_ID_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]", re.ASCII)


class BadFieldError(Exception):
    """The row cannot be taken; the message says why, and never repeats what stands in the cell."""


def text_of(value: Value) -> str:
    """A cell as text on one line: plain digits, single spaces, nothing invisible, no guard of ours. "" if empty."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = value.isoformat() if isinstance(value, date) else str(value)
    text = " ".join(unguarded(written[:_READ]).split())
    if _IS_WIDE.search(text):
        text = text.translate(_WIDE)
    if not text.isprintable():
        text = "".join(c for c in text if unicodedata.category(c) not in _DROPPED).strip()
    return text


def is_nothing(text: str) -> bool:
    """Whether a person wrote that there is nothing to write."""
    return compact(text) in _NOTHING


def is_id_number(text: str) -> bool:
    """Whether the whole text looks like a resident's ID number of 15 or 18 digits."""
    return _ID_NUMBER.fullmatch(_joined(text)) is not None


def holds_id_number(text: str) -> bool:
    """Whether 15 digits in a row stand in the text: an ID or bank number, whatever its column."""
    return len(text) >= 15 and _ID_RUN.search(_joined(text)) is not None


def within_limit(name: str, text: str) -> str:
    """The text as stored; BadFieldError if too long. A name spread out by spaces is joined again."""
    if name == "local_no":
        text = compact(text)
    if name == "contact_name" and all(len(piece) == 1 for piece in text.split()):
        text = text.replace(" ", "")
    if len(text) > LIMITS[name]:
        raise BadFieldError(_("%(field)s超过 %(most)s 个字，请改短。", field=NAMES[name], most=LIMITS[name]))
    return text


def adults_of(text: str) -> int:
    """A count of 0 to 99; BadFieldError otherwise."""
    found = _ADULTS.fullmatch(compact(text))
    if not found:
        raise BadFieldError(_("成年人数不是 0 到 99 的整数，请改正。"))
    return int(found[1])


def phones_of(text: str) -> list[str]:
    """The plausible numbers in a cell, digits only; [] unless everything in it is one."""
    plain = unicodedata.normalize("NFKC", text)
    pieces = [_digits(piece) for piece in _BETWEEN_PHONES.split(plain) if piece]
    if pieces and all(_PHONE.fullmatch(piece) for piece in pieces):
        return pieces
    whole = _digits(compact(plain))
    return [whole] if _PHONE.fullmatch(whole) else []


def _digits(phone: str) -> str:
    return _COUNTRY.sub("", _IN_PHONE.sub("", phone))


def _joined(text: str) -> str:
    return compact(text).replace("-", "")
