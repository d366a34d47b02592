"""The marks by which figures are called: 【今日走访】 in a template's cells, 〔今日走访〕 in a sentence being edited.

Kept in the source language whatever the asker's is: templates are files that outlive the person who made them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import NamedTuple

from doorknock.words import lazy

_SPANS = {"day": "今日", "week": "本周", "month": "本月", "phase": "本阶段"}
_MADE = {
    "visits": "走访", "met_covered": "见面宣传", "met_declined": "见面婉拒", "met_later": "见到人改天",
    "remote_covered": "电话宣传", "nobody_home": "无人在家", "left_material": "无人留资料",
    "minor_only": "只有孩子在家", "unsafe_stop": "不方便进门", "away_reported": "报长期不在家",
    "wrong_entry": "报名单写错", "other": "其他",
    "closed": "新办结", "signed": "新签承诺书", "activities": "活动", "activity_people": "活动人次",
    "postings": "张贴", "late": "补到",
}  # fmt: skip
_STANDING = {
    "total.visits": "累计走访",
    "n": "总户数", "away": "长期不在家户数", "pending": "待审户数", "d": "应访户数", "attempted": "走访户数",
    "met": "见面户数", "covered": "覆盖户数", "declined": "婉拒户数", "closed": "办结户数", "left": "待访户数",
    "untried": "没去过户数", "tried": "去过待访户数",
    "signed": "签承诺书户数", "offered": "问过承诺书户数", "oral": "口头承诺户数",
    "attempted_rate": "走访率", "met_rate": "见面率", "covered_rate": "覆盖率", "closed_rate": "办结率",
    "signed_rate": "签订率",
    "late_yesterday": "昨天补到", "phones": "手机部数", "phones_behind": "没联系上手机", "villages": "村数",
    "villages_complete": "已齐村数", "villages_behind": "没联系上村数", "villages_idle": "无安排村数",
    "app_installed_before": "原来装了App人数", "app_installed_now": "新装App人数", "app_wants_later": "以后装App人数",
    "app_app_declined": "不装App人数", "app_no_smartphone": "没有智能手机人数",
    "activities_target": "活动目标", "postings_target": "张贴目标", "postings_rate": "张贴率",
}  # fmt: skip
_TEXTS = {
    "place": "单位", "village": "村", "title": "标题", "subtitle": "副标题", "window": "起止", "day_said": "日期",
    "issue": "期数", "body": "正文", "state": "说明",
}  # fmt: skip

_EACH = ("各村", "各镇")

FIGURES: dict[str, str] = {
    **{f"{span}.{key}": when + what for span, when in _SPANS.items() for key, what in _MADE.items()},
    **_STANDING,
}
"""Figure.key → the word of its mark."""
TEXTS: dict[str, str] = dict(_TEXTS)
"""What else of a paper can be called by a mark, by key."""
WEIGHTS = {
    "phones_behind": 10, "villages_behind": 10, "day.visits": 9, "week.visits": 9, "month.visits": 9, "phase.visits": 9,
    "total.visits": 7, "closed": 8, "closed_rate": 8, "left": 7, "villages_complete": 6, "d": 5, "covered_rate": 5,
}  # fmt: skip
"""How much a sentence with this figure matters where not all can be said; the rest weigh 3, no figure 0."""


ASIDE = r"[\s·・•‧⋅/／、，,。.\u200b-\u200f\ufeff]"
"""What does not matter in a mark's word."""


class Mark(NamedTuple):
    """One mark as people see it: the key, the word between the brackets, and what it gives."""

    key: str
    word: str
    gives: str


def marks() -> list[Mark]:
    """All known marks, texts first, then figures in the order of the catalogue."""
    texts = [Mark(key, word, str(lazy("文字"))) for key, word in TEXTS.items()]
    said = {True: str(lazy("百分比")), False: str(lazy("数字"))}
    return texts + [Mark(key, word, said[key.endswith("_rate")]) for key, word in FIGURES.items()]


def word_of(key: str) -> str:
    """The word by which a figure is called; a figure of nobody's catalogue goes by its key."""
    return FIGURES.get(key, key)


def key_of(word: str) -> str | None:
    """The key of the figure or text that is called so; dots, slashes, blanks and width do not matter."""
    return _KEYS.get(folded(word))


def of_each(word: str) -> str | None:
    """The key of what is called so for each village: 各村今日走访."""
    plain = folded(word)
    key = key_of(plain[2:]) if plain[:2] in _EACH else None
    return key if key in FIGURES or key == "state" else None


def like(word: str) -> str | None:
    """The known word that was probably meant."""
    near = difflib.get_close_matches(folded(word)[:40], _KEYS, n=1, cutoff=0.6)
    return (FIGURES | TEXTS)[_KEYS[near[0]]] if near else None


def folded(word: str) -> str:
    """The word as marks are compared."""
    return re.sub(ASIDE, "", unicodedata.normalize("NFKC", word))


_KEYS = {folded(word): key for key, word in (FIGURES | TEXTS).items()} | {"镇": "village"}
