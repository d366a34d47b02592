"""活动台账 and 张贴台账: what was held and what was put up, one line each; what was voided or put right is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from doorknock.db import db, table_of
from doorknock.exports.calling import Called
from doorknock.exports.ledger_visits import SOURCES
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.regions.models import villages
from doorknock.tasks.counts import kind_of
from doorknock.tasks.models import ACTIVITY_KINDS, POSTING_KINDS, Activity, Posting
from doorknock.words import lazy


class Line(NamedTuple):
    """One record, and how things here are called."""

    told: Any
    called: Called

    @property
    def group(self) -> str:
        """The group in which something was put up; "" where none was said."""
        return self.called.regions.get(self.told.group_code or "", "")


def total(scope: Scope) -> int:
    """How many villages there are to look at."""
    return len(villages(scope.region))


def portions_of(model: type[Activity] | type[Posting]) -> Callable[[Scope], Iterator[Portion]]:
    """The portions of one kind: a village at a time, in code order, the earliest record first."""
    told = table_of(model)
    stands = told.c.superseded_by.is_(None) & told.c.void.is_(False)

    def portions(scope: Scope) -> Iterator[Portion]:
        called = Called(scope.region)
        for village in villages(scope.region):
            here = (told.c.county == village.county) & (told.c.village_code == village.code)
            days = told.c.day.between(scope.first or date.min, scope.last or date.max)
            query = select(told).where(here, stands, days).order_by(told.c.made_at, told.c.id)
            found = db.session.execute(query).all()
            if scope.names:
                called.meet({row.worker_id for row in found} | {row.typed_by for row in found})
            yield 1, [Line(row, called) for row in found]

    return portions


def _village(line: Line) -> str:
    return line.called.regions.get(line.told.village_code, "")


def _by(line: Line) -> str:
    return line.called.person(line.told.worker_id or line.told.typed_by)


_FIRST = (
    Told(lazy("村"), take=_village),
    Told(lazy("时间"), "instant", 17, take=lambda line: line.told.made_at),
)  # fmt: skip
_LAST = (
    Told(lazy("在哪里记的"), width=10, take=lambda line: line.called.say(SOURCES, line.told.source)),
    Told(lazy("谁记的"), names=True, take=_by),
    Told(lazy("网格"), take=lambda line: line.called.grids.get(line.told.grid or "", "")),
    Told(lazy("记录编号"), width=36, take=lambda line: line.told.id),
)  # fmt: skip
ACTIVITIES = Ledger(
    key="activities", word=lazy("活动台账"), says=lazy("开过的会、办过的活动，一次一行"), verb="doors",
    deed="export.activities", total=total, portions=portions_of(Activity), asks=frozenset({"days"}), doors=False,
    columns=(
        *_FIRST,
        Told(lazy("哪一种"), width=12,
             take=lambda line: line.called.say(ACTIVITY_KINDS, kind_of(line.told.kind, ACTIVITY_KINDS))),
        Told(lazy("名称"), width=24, names=True, take=lambda line: line.told.name),
        Told(lazy("参加人数"), "number", 10, take=lambda line: line.told.people),
        Told(lazy("发出资料"), "number", 10, take=lambda line: line.told.handouts),
        *_LAST,
    ),
)  # fmt: skip
POSTINGS = Ledger(
    key="postings", word=lazy("张贴台账"), says=lazy("贴出去的门牌、宣传画、横幅，一处一行"), verb="doors",
    deed="export.postings", total=total, portions=portions_of(Posting), asks=frozenset({"days"}), doors=False,
    columns=(
        *_FIRST,
        Told(lazy("村组"), take=lambda line: line.group),
        Told(lazy("哪一种"), width=12,
             take=lambda line: line.called.say(POSTING_KINDS, kind_of(line.told.kind, POSTING_KINDS))),
        Told(lazy("在哪里"), width=24, names=True, take=lambda line: line.told.spot),
        Told(lazy("贴了几张"), "number", 10, take=lambda line: line.told.count),
        *_LAST,
    ),
)  # fmt: skip
