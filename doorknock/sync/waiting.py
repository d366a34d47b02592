"""Lines that wait for something to appear (a place, a visit, a campaign …), and their second run when it has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from doorknock import changes
from doorknock.db import db
from doorknock.lookup import among, given, seldom
from doorknock.sync import emptying, redacting
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.effect import apply, journal_of, quarantine, read_body, refs_of
from doorknock.sync.journal import APPLIED, NOTHING_TO_VOID, QUARANTINE, RESOLVED, JournalLine
from doorknock.sync.wire import Line, read_line

STILL_WAITING = (QUARANTINE, RESOLVED)
"""Lines that run when what they name appears; one that was corrected meanwhile does so without asking for eyes."""


_WAITING = select(JournalLine).where(
    JournalLine.county == given("county"), among(JournalLine.waits_for), JournalLine.state.in_(STILL_WAITING)
)


def run_again(bench: Bench) -> None:
    """Run the lines again that waited for what appeared, until nothing more appears."""
    while bench.appeared:
        ids, bench.appeared = bench.appeared, set()
        waiting = _waiting(bench.county, ids)
        if not waiting:
            return
        _retry(bench, waiting)


def _waiting(county: str, ids: set[str]) -> list[JournalLine]:
    found = seldom(_WAITING, county=county, ids=ids) if ids else ()
    return sorted(found, key=lambda j: (j.device_id, j.n))


def awaited(county: str, ids: set[str]) -> set[str]:
    """Those of the ids that a line waits for."""
    return {row.waits_for for row in _waiting(county, ids) if row.waits_for}


def _retry(bench: Bench, waiting: list[JournalLine]) -> None:
    """Judge quarantined lines afresh, except for number and chain; what still can't be taken stays."""
    lines = {row.id: line for row in waiting if (line := read_line(row.line))}
    gone = _load(bench, waiting, lines.values())
    erased = {ident for ident, line in lines.items() if redacting.concerns(line, gone)}
    moved = []
    for row in (each for each in waiting if each.state in STILL_WAITING):
        _judge_again(bench, row, _body_of(row, tells=row.id in erased))
        if row.id in erased:
            redacting.forget(row, lines[row.id], gone)
        if row.id in lines and redacting.may_move(row, lines[row.id], gone):
            moved.append(row.event_id)
    bench.settle()
    for event_id in moved:
        emptying.follow(bench.county, event_id)


def _load(bench: Bench, waiting: list[JournalLine], lines: Collection[Line]) -> set[str]:
    """Lock the grids of what these lines name; what of it was erased, perhaps while we waited for them."""
    refs = Refs()
    for line in lines:
        refs.add(refs_of(line, read_body(line.kind, line.body)))
    bench.load(refs)
    gone = redacting.gone_of(bench.county, list(lines))
    if gone:
        bench.read_held_again()
        for row in waiting:
            db.session.refresh(row)
    return gone


def _body_of(row: JournalLine, *, tells: bool) -> dict[str, Any] | Quarantine:
    """What of a line can be taken; of one that tells of an erased household, what of a visit counts."""
    if not tells:
        return read_body(row.kind, row.body)
    if row.kind not in redacting.VISITS:
        return Quarantine("erased", "")
    return read_body(row.kind, redacting.kept(row.kind, row.body))


def _judge_again(bench: Bench, row: JournalLine, body: dict[str, Any] | Quarantine) -> None:
    corrected = row.state == RESOLVED and row.code != NOTHING_TO_VOID
    if any(j.state == APPLIED for j in journal_of(bench, row.event_id)):
        row.state = RESOLVED
        return
    try:
        if isinstance(body, Quarantine):
            raise body
        apply(bench, Event(row, body))
    except Quarantine as held_back:
        if not corrected:
            quarantine(row, held_back)


@changes.when_known
def became_known(county: str, ids: set[str]) -> None:
    """Places, campaigns … appeared by an act of the office: run what waited for them."""
    bench = Bench(county)
    bench.appeared = set(ids)
    run_again(bench)
