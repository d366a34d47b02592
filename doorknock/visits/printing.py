"""The walking table, printed for a pen: doors in the order in which they are walked, and typed from again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from doorknock.places import listing, walking
from doorknock.places.models import Place
from doorknock.regions.models import Region
from doorknock.visits.fold import PLAIN
from doorknock.visits.models import families
from doorknock.words import _, lazy

TICKS = (
    ("1", lazy("讲了")), ("2", lazy("没人")), ("3", lazy("改天")), ("4", lazy("不想听")), ("5", lazy("电话讲了")),
    ("6", lazy("留资料")), ("9", lazy("长期不在")),
)  # fmt: skip
"""The outcomes with a box of their own, short enough for one, under the keys by which 代录 types them."""


@dataclass(frozen=True)
class Line:
    """One door of the table; ``last`` is what came of the last visit."""

    place: Place
    number: str
    last: str


@dataclass(frozen=True)
class Part:
    """The doors of one group: a table that begins on a page of its own."""

    group: str
    rows: list[Line]


def tables(village: Region, codes: list[str], lane: str = "") -> list[Part]:
    """Per group its doors in roster order; ``codes`` name the groups, none those without one."""
    called = listing.group_names(village.code)
    found = []
    for code in [c for c in (*called, "none") if c in codes]:
        group = called.get(code, "")
        places = walking.of_group(village, code, lane)
        last = _last(village.county, [p.id for p in places])
        rows = [Line(place, listing.door_of(place, group), _word(place, last)) for place in places]
        if rows:
            found.append(Part(group or _("没有组"), rows))
    return found


def _word(place: Place, last: dict[str, str]) -> str:
    if place.do_not_return:
        return _("不用再来")
    if place.status != "active":
        return listing.in_words(place)
    return str(PLAIN.get(last.get(place.id, ""), ""))


def _last(county: str, place_ids: Iterable[str]) -> dict[str, str]:
    """Place → the outcome of its latest visit that stands."""
    standing = [v for v in families(county, place_ids) if v.superseded_by is None and not v.void]
    return {v.place_id: v.outcome or "" for v in sorted(standing, key=lambda v: (v.at, v.id))}
