"""Visits that turn out to be an erased household's only when a late correction, or the visit itself, has come.

A family of visits belongs to the household where its standing member stands. What is found here goes as it would have
gone with the erasure: its words, promises and photos, and what never took effect but tells of it.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from doorknock import changes
from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.db import db
from doorknock.places import erased, tally
from doorknock.sync import blobs
from doorknock.sync.journal import QUARANTINE, RESOLVED, REVIEW, JournalLine, Stray, by_event
from doorknock.sync.redacting import concerns, losses, redact, redact_deed, sole
from doorknock.sync.wire import read_line
from doorknock.visits.models import Visit, with_families

WITHOUT_EFFECT = (QUARANTINE, REVIEW, RESOLVED)


def follow(county: str, event_id: str) -> None:
    """Where the family of this visit stands at an erased door, what was written of it elsewhere is that household's."""
    visit = db.session.get(Visit, (county, event_id))
    if visit is None:
        return
    family = [v for v in with_families(county, [visit.root_id]).values() if v.root_id == visit.root_id]
    if erased.among(county, [_standing(family).place_id]):
        _empty(county, family)


def empty_families(county: str, gone: set[str]) -> None:
    """In an older copy of the database: the families whose standing member was erased, wherever it stands there."""
    families: dict[str, list[Visit]] = {}
    for visit in with_families(county, gone).values():
        families.setdefault(visit.root_id, []).append(visit)
    mine = [each for each in families.values() if _standing(each).id in gone]
    changes.lock({visit.grid for family in mine for visit in family})
    for family in mine:
        _empty(county, family)
    tally.recount(county, {visit.place_id for family in mine for visit in family})


def _standing(family: list[Visit]) -> Visit:
    return max(family, key=lambda v: (v.at, v.id))


def _empty(county: str, family: list[Visit]) -> None:
    """A family of visits says no more, nor what of it never took effect; its phones are told to forget it."""
    ids = sorted({ident for v in family for ident in (v.id, v.root_id, v.supersedes) if ident})
    taken_back = _taken_back(county, ids)
    photos = [sha for v in family for sha in v.facts.get("photos") or []]
    lost = losses(county, blobs.alone(county, photos, ids))
    held = _held(county, {*ids, *taken_back})
    names = {*ids, *taken_back, *sole(county, [*lost, *held])}
    erased.late(county, names)
    for each in family:
        each.empty()
        changes.remove(each.grid, "visit", each.id)
        changes.remove(each.grid, "commitment", each.id)
        if deed := db.session.get(Deed, (county, each.id)):
            redact_deed(deed)
    for model, gone in ((Withdrawal, taken_back), (Deed, taken_back), (Commitment, ids)):
        db.session.execute(delete(model).where(model.county == county, model.id.in_(gone)))
    told: list[JournalLine | Stray] = [*by_event(county, [*ids, *taken_back]), *lost, *held, *_strays(county, names)]
    for row in told:
        redact(row)
        erased.note(county, {row.event_id} & names, device=row.device_id)
    erased.note(county, names)
    blobs.unname(county, photos)


def _taken_back(county: str, commitments: list[str]) -> list[str]:
    """The withdrawals of these very commitments: what took back a promise that is gone tells of it."""
    named = (Withdrawal.county == county) & Withdrawal.commitment_id.in_(commitments)
    return sorted(db.session.scalars(select(Withdrawal.id).where(named)))


def _held(county: str, gone: set[str]) -> list[JournalLine]:
    """The corrections without effect that tell of these events, and of one another: a search through all of them."""
    without = JournalLine.state.in_(WITHOUT_EFFECT) & (JournalLine.kind == "correction")
    rows = db.session.scalars(select(JournalLine).where(JournalLine.county == county, without))
    lines = [(row, line) for row in rows if (line := read_line(row.line)) and line.id not in gone]
    found: list[JournalLine] = []
    gone = set(gone)
    while more := [row for row, line in lines if row not in found and concerns(line, gone)]:
        found += more
        gone |= {row.event_id for row in more}
    return found


def _strays(county: str, gone: set[str]) -> list[Stray]:
    """What tells of these events and is kept beside a taken number."""
    rows = db.session.scalars(select(Stray).where(Stray.county == county))
    return [row for row in rows if (line := read_line(row.line)) and concerns(line, gone)]
