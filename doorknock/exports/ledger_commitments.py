"""承诺书台账: the commitments that were made and stand with their visit, and whether they were taken back.

Who did not sign, or was not asked, made none: they stand in the counts and in no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, select

from doorknock.commitments.fold import METHODS
from doorknock.commitments.models import Commitment
from doorknock.db import table_of
from doorknock.exports import reading
from doorknock.exports.calling import Called
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.exports.reading import Days
from doorknock.lookup import among, given, rows
from doorknock.visits.models import Visit
from doorknock.words import lazy

MADE = ("screen", "paper", "oral")
RELATIONS = {
    "head": lazy("户主本人"), "spouse": lazy("爱人"), "other_adult": lazy("家里别的大人"), "shopkeeper": lazy("店主"),
    "tenant": lazy("租户"),
}  # fmt: skip
_promise, _visit = table_of(Commitment).c, table_of(Visit).c
_TOGETHER = (_visit.county == _promise.county) & (_visit.id == _promise.id)
_BETWEEN = _visit.day.between(bindparam("first", type_=Date()), bindparam("last", type_=Date()))
_STAND = (
    select(
        _promise.id, _promise.place_id, _promise.method, _promise.version, _promise.signer_relation,
        _promise.signer_name, _promise.paper_no, _promise.at, _promise.withdrawn_at, _visit.day,
    )
    .join_from(table_of(Commitment), table_of(Visit), _TOGETHER)
    .where(_promise.county == given("county"), among(_promise.place_id), _promise.campaign_id == given("campaign"))
    .where(_promise.method.in_(MADE), _promise.superseded_by.is_(None), _BETWEEN)
    .where(_visit.superseded_by.is_(None), _visit.void.is_(False))
)  # fmt: skip


class Line(NamedTuple):
    """A commitment at its door."""

    door: Any
    promise: Any
    called: Called


def portions(scope: Scope) -> Iterator[Portion]:
    """The lines, portion by portion; none without a campaign."""
    if scope.campaign is None:
        return
    called, days = Called(scope.region), Days(scope.campaign.id, scope.first, scope.last)
    for doors in reading.doors(scope.region):
        yield len(doors), _lines(doors, days, called)


def _lines(doors: list[Any], days: Days, called: Called) -> list[Line]:
    at: dict[str, list[Any]] = {}
    for promise in rows(_STAND, county=doors[0].county, ids=[door.id for door in doors], **days.asked()):
        at.setdefault(promise.place_id, []).append(promise)
    return [
        Line(door, promise, called)
        for door in doors
        for promise in sorted(at.get(door.id, ()), key=lambda promise: (promise.at, promise.id))
    ]


COMMITMENTS = Ledger(
    key="commitments", word=lazy("承诺书台账"), says=lazy("签字、纸质、口头的；这次不签的不列"), verb="doors",
    deed="export.commitments", total=lambda scope: reading.count(scope.region), portions=portions,
    asks=frozenset({"campaign", "days"}),
    columns=(
        Told(lazy("村"), take=lambda line: line.called.village(line.door)),
        Told(lazy("村组"), take=lambda line: line.called.group(line.door)),
        Told(lazy("门牌"), take=lambda line: line.called.number(line.door)),
        Told(lazy("编号"), width=8, take=lambda line: line.door.local_no),
        Told(lazy("户主"), names=True, take=lambda line: line.door.contact_name),
        Told(lazy("怎么签的"), take=lambda line: line.called.say(METHODS, line.promise.method)),
        Told(lazy("签的人"), names=True, take=lambda line: line.promise.signer_name),
        Told(lazy("是户里的谁"), take=lambda line: line.called.say(RELATIONS, line.promise.signer_relation)),
        Told(lazy("承诺书版本"), width=10, take=lambda line: line.promise.version),
        Told(lazy("纸质编号"), take=lambda line: line.promise.paper_no),
        Told(lazy("签的时间"), "instant", 17, take=lambda line: line.promise.at),
        Told(lazy("撤回时间"), "instant", 17, take=lambda line: line.promise.withdrawn_at),
        Told(lazy("网格"), take=lambda line: line.called.grid(line.door)),
        Told(lazy("记录编号"), width=36, take=lambda line: line.promise.id),
    ),
)  # fmt: skip
