"""Quarantine seen by the office: what is held without effect, why, and what a person decides about it.

Accepting lets the event take effect through the very verb that a phone's own round uses; only the judgement that a
person has just made (scope, chain, clock, a phone that was switched off) is left out. The decision is the line's state
in the journal, so a rebuild replays it. A rejected line stays in its phone's attention with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from doorknock import audit, changes, clock
from doorknock.access import may
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people.devices import Device
from doorknock.people.models import Assignment, Person
from doorknock.regions import models as regions
from doorknock.regions.models import Region, subtree
from doorknock.sync import journal
from doorknock.sync.bench import Bench, Event, Quarantine
from doorknock.sync.effect import apply, quarantine, read_body
from doorknock.sync.journal import APPLIED, NEEDS_EYES, QUARANTINE, REJECTED, RESOLVED, REVIEW, JournalLine, Stray
from doorknock.sync.kinds import KINDS
from doorknock.sync.waiting import became_known
from doorknock.sync.wire import ZERO, Line, read_line
from doorknock.words import _, lazy

WORDS = {
    "visit": lazy("走访"), "correction": lazy("改正"), "place_new": lazy("新户"), "place_edit": lazy("改户表"),
    "place_report": lazy("报告户表有误"), "commitment_withdrawal": lazy("撤回承诺书"), "posting": lazy("张贴"),
    "activity": lazy("活动"), "explanation": lazy("说明"), "photo_lost": lazy("照片没了"),
}  # fmt: skip
WHY = {
    "out_of_scope": lazy("当时不在他负责的网格里。"),
    "chain_broken": lazy("和这部手机的前一条接不上，手机可能恢复过备份。"),
    "clock_future": lazy("手机的时间快了一天以上。"),
    "revoked": lazy("手机停用以后才传来。"),
    "server_fault": lazy("服务器处理时出过错。"),
    "body_differs": lazy("同一个编号来过两条不一样的记录，先到的那条有效，这一条留着核对。"),
    "unknown_place": lazy("说的那一户服务器还没有，可能另一部手机加了新户还没传。"),
    "unknown_visit": lazy("要改的那一条还没有传到。"),
    "unknown_commitment": lazy("要撤回的那份承诺书还没有传到。"),
    "unknown_campaign": lazy("走访的那天，服务器上没有正在进行的行动。"),
    "unknown_ask": lazy("服务器没有他说明的那句问话。"),
    "not_asked": lazy("他说明的那句话，问的是别人。"),
    "unknown_kind": lazy("手机上的程序比服务器新，这种记录服务器还不认识。"),
    "bad_body": lazy("填的内容不全，或者有错。"),
    "not_yours": lazy("要改的那一条是别人记的。"),
    "place_exists": lazy("这个新户的编号已经有了。"),
    "rejected": lazy("看过了，不收。"),
}
CANNOT = {
    "bad_body": lazy("内容不全，收下也算不出来。请网格员在手机上改正。"),
    "not_yours": lazy("别人记的走访不能由他改。要改，请在那一户的记录里作废或改户。"),
    "place_exists": lazy("这一户已经有了，不用再收。"),
    "not_asked": lazy("问别人的话不能由他说明。要听他说，请另外问他一句。"),
}
WAITS = lazy("缺的东西一到，它会自己生效，不用收下。")
ACCEPTABLE = frozenset({"out_of_scope", "chain_broken", "clock_future", "revoked", "server_fault", "body_differs"})


@dataclass(frozen=True)
class Entry:
    """One line that needs eyes. ``places`` are the ids that it names; ``row`` is where its decision goes."""

    row: JournalLine | Stray
    kind: str
    code: str
    line: Line | None
    worker: Person | None
    device: Device

    @property
    def word(self) -> str:
        """What it is."""
        return WORDS.get(self.kind, _("记录"))

    @property
    def why(self) -> str:
        """Why it is held, in a sentence; of a rejected one the reason given."""
        if isinstance(self.row, JournalLine) and self.code == "rejected":
            return f"{WHY[self.code]}{_('原因：')}{self.row.detail or ''}"
        if self.code == "bad_body" and isinstance(self.row, JournalLine) and self.row.detail:
            return self.row.detail
        return WHY.get(self.code, _("服务器留着等人看。"))

    @property
    def cannot(self) -> str:
        """Why it can't be accepted; "" where it can."""
        return "" if self.code in ACCEPTABLE else CANNOT.get(self.code, WAITS)

    @property
    def only_seen(self) -> bool:
        """Whether accepting has no effect but that somebody looked."""
        return self.code == "body_differs"

    @property
    def stray(self) -> bool:
        """Whether it came under a number that was held already."""
        return isinstance(self.row, Stray)

    @property
    def place_id(self) -> str | None:
        """The place that the event names, if it names one."""
        named = self.line.body.get("place_id") if self.line else None
        return named if isinstance(named, str) else None


def workers_of(top: Region) -> set[str]:
    """The ids of those who belong to this region, or hold or held a grid in it."""
    codes = [r.code for r in subtree(top)]
    found = set(db.session.scalars(select(Person.id).where(Person.region_code.in_(codes))))
    grids = [g.code for g in regions.grids_of(codes)]
    return found | set(db.session.scalars(select(Assignment.person_id).where(Assignment.grid.in_(grids))))


def entries(top: Region, states: Sequence[str] = (QUARANTINE, REVIEW)) -> list[Entry]:
    """What needs eyes of the phones of this region's workers, oldest first."""
    own = (Device.county == top.county) & Device.worker_id.in_(sorted(workers_of(top)))
    devices = {d.id: d for d in db.session.scalars(select(Device).where(own))}
    here = (JournalLine.county == top.county) & JournalLine.device_id.in_(sorted(devices))
    query = select(JournalLine).where(here, JournalLine.state.in_(states))
    rows: list[JournalLine | Stray] = list(db.session.scalars(query))
    if REVIEW in states:
        mine = (Stray.county == top.county) & Stray.device_id.in_(sorted(devices)) & Stray.resolved_at.is_(None)
        rows += db.session.scalars(select(Stray).where(mine))
    return [_entry(row, devices[row.device_id]) for row in sorted(rows, key=lambda r: (r.received_at, r.n))]


def entry(top: Region, ident: str) -> Entry | None:
    """The line or stray with this id, if it is of this region's workers and needs eyes."""
    key = (top.county, ident)
    row = db.session.get(JournalLine, key) or db.session.get(Stray, key)
    if row is None or (isinstance(row, JournalLine) and row.state not in NEEDS_EYES):
        return None
    query = select(Device).where(Device.county == top.county, Device.id == row.device_id).with_for_update()
    device = db.session.scalars(query).one()
    db.session.refresh(row)
    return _entry(row, device) if device.worker_id in workers_of(top) else None


def _entry(row: JournalLine | Stray, device: Device) -> Entry:
    line = read_line(row.line)
    worker = db.session.get(Person, device.worker_id)
    if isinstance(row, JournalLine):
        return Entry(row, row.kind, row.code or "", line, worker, device)
    return Entry(row, line.kind if line else "", "body_differs", line, worker, device)


def accept(found: Entry, *, by: Person) -> None:
    """Let it take effect, or (body_differs) note that somebody looked. Refused where it can't be accepted."""
    row = found.row
    if isinstance(row, Stray):
        if row.resolved_at is not None:
            raise Refused(_("这一条已经有人看过了。"))
        row.resolved_at = clock.now()
    elif row.state == REVIEW:
        row.state = RESOLVED
    elif row.state == QUARANTINE and not found.cannot:
        _take_effect(row, by)
    else:
        raise Refused(found.cannot or _("这一条已经定过了。"))
    _note("quarantine.accept", found, by)


def reject(found: Entry, *, by: Person, reason: str) -> None:
    """It never takes effect; its phone goes on showing it, with the reason. Refused without one."""
    row = found.row
    if isinstance(row, Stray):
        raise Refused(_("这一条本来就不算数，看过就行。"))
    if row.state not in (QUARANTINE, REVIEW):
        raise Refused(_("这一条已经定过了。"))
    if not reason.strip():
        raise Refused(_("请写一句原因，手机上会看到。"))
    _mark_break(row)
    row.state, row.code, row.detail, row.waits_for = REJECTED, "rejected", reason.strip()[:200], None
    _note("quarantine.reject", found, by)


def _take_effect(row: JournalLine, by: Person) -> None:
    if any(j.state == APPLIED for j in journal.by_event(row.county, [row.event_id])):
        row.state = RESOLVED  # the same event came again under another number, and was taken there
        return
    body = read_body(row.kind, row.body)
    if isinstance(body, Quarantine):
        raise Refused(body.detail)
    bench = _bench(row, body)
    db.session.refresh(row)  # the household that it tells of may have been erased while we waited for its grid
    if row.state != QUARANTINE:
        raise Refused(_("这一条已经定过了。"))
    _refuse_foreign(bench, body, by)
    _mark_break(row)
    try:
        apply(bench, Event(row, body))
    except Quarantine as still:
        if still.code != journal.NOTHING_TO_VOID:
            raise Refused(still.detail) from still
        quarantine(row, still)
    appeared, bench.appeared = bench.appeared, set()
    bench.settle()
    became_known(row.county, appeared)


def _bench(row: JournalLine, body: dict[str, Any]) -> Bench:
    refs = KINDS[row.kind].refs(body)
    refs.own(row.kind, row.event_id)
    bench = Bench(row.county)
    bench.load(refs)
    bench.judging = False
    return bench


def _refuse_foreign(bench: Bench, body: dict[str, Any], by: Person) -> None:
    """A village decides only what changes its own doors; the rest is the town's."""
    villages = {p.village_code for p in bench.places.values()}
    grid = regions.grid(body["grid"]) if body.get("grid") else None
    villages |= {grid.village_code} if grid else set()
    villages |= {row.village_code for row in bench.told.values()}
    if not all(may(by, "quarantine", regions.region(code)) for code in villages):
        raise Refused(_("这一条记在别的村的户上，要请镇里定。"))


def _mark_break(row: JournalLine) -> None:
    """A broken chain that a person has looked at is no news to ``sync verify``."""
    before = (
        (JournalLine.county == row.county) & (JournalLine.device_id == row.device_id) & (JournalLine.n == row.n - 1)
    )
    sha = ZERO if row.n == 1 else db.session.scalar(select(JournalLine.sha).where(before))
    row.chain_marked = row.chain_marked or (sha is not None and sha != row.prev)


def _note(verb: str, found: Entry, by: Person) -> None:
    home = found.worker.region_code if found.worker else None
    audit.record(
        verb, home or changes.county_of(found.row.county) + "000000", by=by.id, subject=found.row.id, n=found.row.n,
        code=found.code, device=found.device.id,
    )  # fmt: skip
