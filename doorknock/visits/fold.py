"""What a place's visits add up to: pure, the same as static/shared/fold.js, both held to tests/cases/fold.json.

Nothing here depends on the order of arrival: visits are compared by (at, id), ``at`` being the event's own instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from doorknock.words import lazy

OUTCOMES = {
    "met_covered": lazy("见面宣传"), "met_declined": lazy("见面婉拒"), "met_later": lazy("见到人·改天"),
    "remote_covered": lazy("电话/视频宣传"), "nobody_home": lazy("无人在家"), "left_material": lazy("无人·已留资料"),
    "minor_only": lazy("只有孩子在家"), "unsafe_stop": lazy("不方便进门"), "away_reported": lazy("长期不在家"),
    "wrong_entry": lazy("名单写错了"),
}  # fmt: skip
"""Outcome → its formal name in reports."""
PLAIN = {
    "met_covered": lazy("讲了"), "met_declined": lazy("不想听"), "met_later": lazy("改天"),
    "remote_covered": lazy("电话讲了"), "nobody_home": lazy("没人"), "left_material": lazy("没人·留了资料"),
    "minor_only": lazy("只有孩子"), "unsafe_stop": lazy("不方便进门"), "away_reported": lazy("长期不在家"),
    "wrong_entry": lazy("名单写错了"),
}  # fmt: skip
"""Outcome → the word on a worker's button."""
MET = frozenset({"met_covered", "met_declined", "met_later"})
COVERED = frozenset({"met_covered", "remote_covered"})
CLOSED = COVERED | {"met_declined"}
APP = ("installed_before", "installed_now", "wants_later", "declined", "no_smartphone")
STATE_ORDER = (
    ("met_covered", "met_covered"), ("remote_covered", "remote_covered"), ("met_declined", "met_declined"),
    ("met_later", "met_later"), ("away_reported", "away_reported"), ("nobody_home", "nobody_home"),
    ("left_material", "nobody_home"), ("minor_only", "nobody_home"), ("unsafe_stop", "nobody_home"),
)  # fmt: skip
NOT_VISITED = "not_visited"


class Fact(NamedTuple):
    """One visit, correction or void as the fold sees it; ``root`` is the visit that the family began with."""

    id: str
    root: str
    at: datetime
    place: str
    outcome: str | None
    void: bool = False
    app: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    do_not_return: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        """What visits are compared by."""
        return (self.at, self.id)


def superseded(facts: Iterable[Fact]) -> dict[str, str | None]:
    """Per fact, the id of the one that supersedes it, or None for the one that stands in its family."""
    families: dict[str, list[Fact]] = {}
    for fact in facts:
        families.setdefault(fact.root, []).append(fact)
    found: dict[str, str | None] = {}
    for family in families.values():
        winner = max(family, key=lambda f: f.order) if len(family) > 1 else family[0]
        found |= {f.id: None if f is winner else winner.id for f in family}
    return found


def effective(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that count: the greatest of each family, unless it is a void."""
    known = list(facts)
    by = superseded(known)
    return [f for f in known if by[f.id] is None and not f.void]


def measures(standing: Iterable[Fact]) -> dict[str, int]:
    """What a place's effective visits of one campaign add, as if the place were in D."""
    facts = list(standing)
    outcomes = {f.outcome for f in facts}
    counted = {
        "visits": len(facts),
        "attempted": int(bool(facts)),
        "met": int(bool(outcomes & MET)),
        "covered": int(bool(outcomes & COVERED)),
        "declined": int("met_declined" in outcomes),
        "closed": int(bool(outcomes & CLOSED)),
    }
    return counted | install_status(facts)


def install_status(facts: Iterable[Fact]) -> dict[str, int]:
    """The install counts of the latest effective visit that has any."""
    latest = max((f for f in facts if any(f.app)), key=lambda f: f.order, default=None)
    before, now, later, declined, none = latest.app if latest else (0, 0, 0, 0, 0)
    return {
        "asked": before + now + later + declined, "installed_before": before, "installed_now": now,
        "wants_later": later, "app_declined": declined, "no_smartphone": none,
        "places_installed": int(before + now > 0),
    }  # fmt: skip


def state(standing: Iterable[Fact]) -> str:
    """The place's state in lists and on the map: the first of the fixed order that any effective visit gives."""
    outcomes = {f.outcome for f in standing}
    return next((name for outcome, name in STATE_ORDER if outcome in outcomes), NOT_VISITED)


def survivors(merges: Mapping[str, str | None]) -> dict[str, str]:
    """Place → the place that its visits count for, following every merge to its end."""

    def end(place: str) -> str:
        while into := merges.get(place):
            place = into
        return place

    return {place: end(place) for place in merges}
