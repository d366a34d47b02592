"""The roster 户表 as the office reads it: rows in roster order, searched and filtered, in words.

Who may not see names neither reads nor finds by them: a search that answers is a reading too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from doorknock import clock
from doorknock.db import db
from doorknock.places.models import AWAY_KINDS, ERASED, KINDS, Place, by_ids, folded
from doorknock.places.pinyin import tokens
from doorknock.regions.models import Region, groups
from doorknock.words import _, joined, lazy

STATUS_WORDS = {
    "active": lazy("应访"), "pending": lazy("新户，等审核"), "away": lazy("长期不在家"), "wrong": lazy("名单写错了"),
    "merged": lazy("并到别的户"), ERASED: lazy("住户要求删掉了"),
}  # fmt: skip
FIELD_WORDS = {
    "kind": lazy("类型"), "group": lazy("组"), "lane": lazy("巷/片"), "local_no": lazy("编号"),
    "row_order": lazy("次序"), "landmark": lazy("位置说明"), "contact_name": lazy("姓名"),
    "nickname": lazy("当地叫法"), "phone": lazy("电话"), "adults": lazy("成年人数"), "needs": lazy("需要"),
    "geo": lazy("位置"), "settlement": lazy("自然村/小区"), "door": lazy("门牌"), "building": lazy("栋"),
    "unit": lazy("单元"), "floor": lazy("楼层"), "room": lazy("房间"),
}  # fmt: skip
WEEK = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))
PRIVATE = ("contact_name", "nickname", "phone")
"""Fields that only who may see names gets to see."""


@dataclass(frozen=True)
class Row:
    """A place with the words that its row shows."""

    place: Place
    group: str
    status: str

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return str(KINDS.get(self.place.kind, self.place.kind))

    @property
    def number(self) -> str:
        """What stands large on the plate: the door number without the group, else the number on the roster."""
        return door_of(self.place, self.group)


def door_of(place: Place, group: str) -> str:
    """The door number as people say it under its group."""
    door = str(place.address.get("door") or place.local_no or "—")
    return door.removeprefix(group) or door


def group_names(village_code: str) -> dict[str, str]:
    """The names of a village's groups by code."""
    return {g.code: g.name for g in groups(village_code)}


def label(place: Place, names: Mapping[str, str]) -> str:
    """How people call the door, with its group."""
    return place.label(names.get(place.group_code or "")) or _("没有门牌")


def in_words(place: Place, survivor: str = "") -> str:
    """The place's standing in a few words."""
    if place.status == "away":
        what = AWAY_KINDS.get(place.away_kind or "", place.away_kind or "")
        back = _("%(back_on)s回来", back_on=day_words(place.back_on)) if place.back_on else ""
        more = _("，").join(str(part) for part in (what, back) if part)
        return _("长期不在家（%(more)s）", more=more) if more else str(STATUS_WORDS["away"])
    if place.status == "merged" and survivor:
        return _("已并到%(survivor)s", survivor=survivor)
    return str(STATUS_WORDS[place.status])


def rows(village: Region, *, names: bool, search: str = "", group: str = "") -> list[Row]:
    """The village's places in roster order; ``names``: whether the reader may see, and find by, names and phones."""
    here = (Place.county == village.county) & (Place.village_code == village.code) & (Place.status != ERASED)
    query = select(Place).where(here).order_by(Place.row_order, Place.id)
    if group:
        query = query.where(Place.group_code.is_(None) if group == "none" else Place.group_code == group)
    called = group_names(village.code)
    found = [p for p in db.session.scalars(query) if _fits(p, called.get(p.group_code or "", ""), search, names)]
    ends = by_ids(village.county, [p.survivor_id for p in found if p.status == "merged"])
    return [_row(place, called, ends) for place in found]


def _row(place: Place, called: Mapping[str, str], ends: Mapping[str, Place]) -> Row:
    end = ends.get(place.survivor_id)
    words = in_words(place, label(end, called) if end else "")
    return Row(place, called.get(place.group_code or "", ""), words)


def _fits(place: Place, group: str, search: str, names: bool) -> bool:
    wanted = folded(search).lower()
    if not wanted:
        return True
    texts = [f"{group}{door_of(place, group)}", str(place.address.get("door") or ""), place.local_no or ""]
    texts += [place.landmark or "", place.lane or ""]
    if names:
        texts += [place.contact_name or "", place.nickname or ""]
        if wanted.isdecimal() and len(wanted) >= 3 and (place.phone or "").endswith(wanted):
            return True
        if wanted.isascii() and wanted.isalpha():
            return any(token.startswith(wanted) for token in tokens(place.contact_name, place.nickname))
    return any(wanted in folded(text).lower() for text in texts)


def find(village: Region, wanted: str) -> Place | None:
    """The one place that staff mean by a number on the roster or a door with its group; None if none or several."""
    said = folded(wanted)
    called = group_names(village.code)
    here = (Place.county == village.county) & (Place.village_code == village.code)
    here &= Place.status.not_in(("merged", ERASED))
    known = db.session.scalars(select(Place).where(here)).all()
    exact = [p for p in known if said and folded(p.local_no) == said]
    named = exact or [p for p in known if said and folded(label(p, called)) == said]
    return named[0] if len(named) == 1 else None


def corrected(place: Place, *, names: bool) -> list[tuple[str, datetime]]:
    """Which fields were corrected in the field, in words, and when."""
    marks: Iterable[tuple[str, list[str]]] = sorted(place.marks.items())
    shown = ((name.removeprefix("address."), mark[0]) for name, mark in marks)
    return [
        (FIELD_WORDS.get(name, name), datetime.fromisoformat(at)) for name, at in shown if names or name not in PRIVATE
    ]


def value_words(field: str, value: object, called: Mapping[str, str]) -> str:
    """What stands in a field, in words."""
    if value in (None, "", []):
        return _("空")
    if field == "group":
        return called.get(str(value), str(value))
    if field == "kind":
        return str(KINDS.get(str(value), value))
    if field == "geo":
        return _("有一个点")
    return joined(value) if isinstance(value, list) else str(value)


def day_words(day: date | datetime | None) -> str:
    """A day as people write it: 2 月 10 日， with the year where it is not this one."""
    if day is None:
        return ""
    plain = clock.day_of(day) if isinstance(day, datetime) else day
    if plain.year == clock.today().year:
        return _("%(month)s 月 %(day)s 日", month=plain.month, day=plain.day)
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=plain.year, month=plain.month, day=plain.day)


def time_words(instant: datetime) -> str:
    """A moment as people write it: 11 月 21 日 08:20."""
    return f"{day_words(instant)} {instant.astimezone(clock.SHANGHAI):%H:%M}"


def moment_words(instant: datetime) -> str:
    """A moment with its weekday and hour, so that a pattern is seen: 11月20日 周五 17时."""
    local = instant.astimezone(clock.SHANGHAI)
    return _(
        "%(day)s %(weekday)s %(hour)s时",
        day=clock.said_day(local.date()),
        weekday=WEEK[local.weekday()],
        hour=local.hour,
    )
