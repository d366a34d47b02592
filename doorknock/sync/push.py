"""Taking events in: each line is judged in a fixed order, held in the journal, and takes effect or waits in quarantine.

One batch is one transaction: the device's row is locked, then the grids concerned in code order. If anything unforeseen
happens while the batch is applied as a set, it is taken again line by line, and only the line that fails is set aside.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from marshmallow import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError

from doorknock import changes, clock
from doorknock.db import db, new_id
from doorknock.people.devices import Device
from doorknock.sync import journal
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.journal import APPLIED, DUPLICATE, QUARANTINE, RESOLVED, REVIEW, JournalLine, Stray
from doorknock.sync.kinds import KINDS, schema_of
from doorknock.sync.ranges import merged
from doorknock.sync.wire import ZERO, Line, read_line
from doorknock.words import _, joined, lazy

NAMES = {
    "place_id": lazy("户"), "campaign_id": lazy("行动"), "outcome": lazy("走访结果"), "mode": lazy("方式"),
    "visited_at": lazy("走访时间"), "adults_listened": lazy("听讲的大人"), "app": lazy("安装情况"),
    "materials": lazy("资料"), "commitment": lazy("承诺书"), "method": lazy("承诺书"), "strokes": lazy("签名"),
    "paper_no": lazy("纸质编号"), "away": lazy("长期不在家"), "back_on": lazy("回来的日期"),
    "next_try": lazy("下次再去"), "note": lazy("备注"), "photos": lazy("照片"), "geo": lazy("位置"),
    "contact_name": lazy("姓名"), "landmark": lazy("地标"), "address": lazy("地址"), "phone": lazy("电话"),
    "adults": lazy("大人数"), "kind": lazy("类型"), "group": lazy("组"), "grid": lazy("网格"), "report": lazy("报告"),
    "duplicate_of": lazy("和哪户重复"), "supersedes": lazy("要改的走访"), "reason": lazy("原因"),
    "local_no": lazy("编号"),
}  # fmt: skip
"""How the fields of an event are called on the phone."""
FAR_AHEAD = timedelta(hours=24)
STILL_WAITING = (QUARANTINE, RESOLVED)
"""Lines that run when what they name appears; one that was corrected meanwhile does so without asking for eyes."""
log = structlog.get_logger()


def take(device: Device, lines: list[Line], skew: timedelta) -> datetime | None:
    """Hold these lines for the enrolment and let them take effect. The caller has locked the device and commits.

    The answer is the instant of the newest line that entered the journal; None where none did.
    """
    savepoint = db.session.begin_nested()
    try:
        batch = _Batch(device, lines, skew)
        batch.run()
        savepoint.commit()
        return max((row.received_at for row in batch.entered), default=None)
    except (IntegrityError, OperationalError):
        raise  # another was quicker, a deadlock, a full disk: the whole request is tried again or refused
    except Exception:
        log.exception("batch_failed", device=device.id, lines=len(lines))
        savepoint.rollback()
        changes.forget()
        db.session.expire_all()
        entered = [row for line in lines for row in _take_alone(device, line, skew)]
        return max((row.received_at for row in entered), default=None)


def _take_alone(device: Device, line: Line, skew: timedelta) -> list[JournalLine]:
    savepoint = db.session.begin_nested()
    try:
        batch = _Batch(device, [line], skew)
        batch.run()
        savepoint.commit()
    except (IntegrityError, OperationalError):
        raise
    except Exception:
        log.exception("line_failed", device=device.id, n=line.n)
        savepoint.rollback()
        changes.forget()
        db.session.expire_all()
        batch = _Batch(device, [line], skew, unforeseen=True)
        batch.run()
    return batch.entered


class _Batch:
    """The judging of one request's lines."""

    def __init__(self, device: Device, lines: list[Line], skew: timedelta, *, unforeseen: bool = False) -> None:
        self.device, self.lines, self.skew, self.unforeseen = device, lines, skew, unforeseen
        self.bench = Bench(device.county)
        numbers = {m for line in lines for m in (line.n - 1, line.n, line.n + 1)}
        self.by_n = journal.numbers(device, numbers)
        self.known: dict[str, str] = {}
        for line in lines:
            self.bench.held.setdefault(line.id, [])
        for row in journal.by_event(device.county, self.bench.held):
            self.bench.held[row.event_id].append(row)
            if row.state == APPLIED:
                self.known[row.event_id] = row.fact
        self.entered: list[JournalLine] = []
        self.awaited: set[str] = set()
        self.bodies: dict[int, dict[str, Any] | Quarantine] = {}

    def run(self) -> None:
        """Judge and apply all lines, then run again what was waiting for something that appeared."""
        refs = Refs()
        for position, line in enumerate(self.lines):
            self.bodies[position] = loaded = read_body(line.kind, line.body)
            if isinstance(loaded, dict):
                refs.add(KINDS[line.kind].refs(loaded))
                refs.visits |= {line.id} if line.kind in ("visit", "correction") else set()
        self.bench.load(refs)
        self.awaited = _awaited(self.device.county, refs.places | {line.id for line in self.lines})
        for position, line in enumerate(self.lines):
            self._line(line, self.bodies[position])
            self._wake()
        self.device.held = merged(self.device.held, [line.n for line in self.lines])
        self.bench.settle()
        self._lift_strays()
        run_again(self.bench)

    def _wake(self) -> None:
        """What waited for this line runs before the next one is judged, as if each had come in a request of its own."""
        if self.bench.appeared & self.awaited:
            self.bench.settle()
            run_again(self.bench)

    def _lift_strays(self) -> None:
        """What was kept for review under a taken number has now taken effect under its own."""
        ids = sorted({line.id for line in self.lines} & self.known.keys())
        for start in range(0, len(ids), 500):
            named = (Stray.county == self.device.county) & Stray.event_id.in_(ids[start : start + 500])
            strays = db.session.scalars(db.select(Stray).where(named, Stray.resolved_at.is_(None)))
            for stray in strays:
                if stray_fact(stray) == self.known[stray.event_id]:
                    stray.resolved_at = clock.now()

    def _line(self, line: Line, body: dict[str, Any] | Quarantine) -> None:
        held = self.by_n.get(line.n)
        if held is not None:
            if held.fact != line.fact:
                self._stray(line)
            return
        row = journal.new_line(self.device, line, line.at + self.skew)
        db.session.add(row)
        self.entered.append(row)
        self.by_n[line.n] = row
        self._mark_next(row)
        self.bench.held[line.id].append(row)
        try:
            self._judge(row, body)
        except Quarantine as held_back:
            quarantine(row, held_back)
            self.awaited |= {row.waits_for} if row.waits_for else set()
            self.bench.appeared.add(row.event_id)  # a correction that waited for it can be taken now

    def _judge(self, row: JournalLine, body: dict[str, Any] | Quarantine) -> None:
        before = self.by_n.get(row.n - 1)
        row.chain_marked = (row.n == 1 and row.prev != ZERO) or (before is not None and before.sha != row.prev)
        known = self.known.get(row.event_id)
        if known is not None:
            row.state = DUPLICATE
            if known != row.fact:
                row.state, row.code = REVIEW, "body_differs"
                row.detail = _("这个编号的记录已经有效，后来的内容不一样，留着核对。")
            return
        if row.chain_marked:
            raise Quarantine("chain_broken", _("这一条和前一条接不上，可能手机恢复过备份。"))
        if self.unforeseen:
            raise Quarantine("server_fault", _("服务器处理这一条时出错了，已经留存，会有人看。"))
        if self.device.revoked_at is not None:
            raise Quarantine("revoked", _("这部手机已经停用，这一条留给村里核对。"))
        if row.recorded_at > row.received_at + FAR_AHEAD:
            raise Quarantine("clock_future", _("手机的时间比现在快了一天以上，请先调好时间。"))
        if isinstance(body, Quarantine):
            raise body
        apply(self.bench, Event(row, body))
        self.known[row.event_id] = row.fact

    def _mark_next(self, row: JournalLine) -> None:
        after = self.by_n.get(row.n + 1)
        if after is not None and after.prev != row.sha:
            after.chain_marked = True

    def _stray(self, line: Line) -> None:
        same = (Stray.device_id == self.device.id) & (Stray.n == line.n) & (Stray.sha == line.sha)
        if db.session.scalar(db.select(Stray.id).where(Stray.county == self.device.county, same)) is None:
            db.session.add(
                Stray(
                    county=self.device.county, id=new_id(), device_id=self.device.id, n=line.n, event_id=line.id,
                    line=line.raw, sha=line.sha, received_at=clock.now(),
                )
            )  # fmt: skip
            db.session.flush()


def stray_fact(stray: Stray) -> str | None:
    """The fact that a stray line states."""
    line = read_line(stray.line)
    return line.fact if line else None


def read_body(kind: str, body: dict[str, Any]) -> dict[str, Any] | Quarantine:
    """The body by its kind's schema, or why it can't be read."""
    if kind not in KINDS:
        return Quarantine("unknown_kind", _("服务器还不认识这种记录，先替您存着。"), waits_for="kind")
    try:
        loaded: dict[str, Any] = schema_of(kind, body).load(body)
    except ValidationError as error:
        return Quarantine("bad_body", _where(error.messages))
    return loaded


def _where(messages: Any, path: str = "") -> str:
    """Which fields are wrong and how, in words for the phone."""
    if isinstance(messages, dict):
        return _("；").join(_where(m, NAMES.get(str(k), path or str(k))) for k, m in messages.items())[:300]
    return _("「%(field)s」%(faults)s", field=path, faults=joined(messages))


def quarantine(row: JournalLine, why: Quarantine) -> None:
    """Hold the line without effect, and say why."""
    row.state, row.code, row.detail, row.waits_for = QUARANTINE, why.code, why.detail, why.waits_for


def apply(bench: Bench, event: Event) -> None:
    """Let an event take effect; older lines under its id no longer need eyes. Raises Quarantine."""
    KINDS[event.line.kind].take(bench, event)
    row = event.line
    row.state, row.code, row.detail, row.waits_for = APPLIED, None, None, None
    for older in journal_of(bench, row.event_id):
        if older is not row and older.state in (QUARANTINE, REVIEW):
            older.state = RESOLVED


def journal_of(bench: Bench, event_id: str) -> list[JournalLine]:
    """All lines that carry this id, loaded once per batch."""
    if event_id not in bench.held:
        bench.held[event_id] = journal.by_event(bench.county, [event_id])
    return bench.held[event_id]


def run_again(bench: Bench) -> None:
    """Run the lines again that waited for what appeared, until nothing more appears."""
    while bench.appeared:
        ids, bench.appeared = bench.appeared, set()
        waiting = _waiting(bench.county, ids)
        if not waiting:
            return
        retry(bench, waiting)


def _waiting(county: str, ids: set[str]) -> list[JournalLine]:
    wanted = sorted(ids)
    found: list[JournalLine] = []
    for start in range(0, len(wanted), 500):
        here = (JournalLine.county == county) & JournalLine.waits_for.in_(wanted[start : start + 500])
        query = db.select(JournalLine).where(here, JournalLine.state.in_(STILL_WAITING))
        found += db.session.scalars(query)
    return sorted(found, key=lambda j: (j.device_id, j.n))


def _awaited(county: str, ids: set[str]) -> set[str]:
    return {row.waits_for for row in _waiting(county, ids) if row.waits_for}


def retry(bench: Bench, waiting: list[JournalLine]) -> None:
    """Judge quarantined lines afresh, except for number and chain; what still can't be taken stays."""
    refs, bodies = Refs(), {}
    for row in waiting:
        bodies[row.id] = loaded = read_body(row.kind, row.body)
        if isinstance(loaded, dict):
            refs.add(KINDS[row.kind].refs(loaded))
            refs.visits |= {row.event_id} if row.kind in ("visit", "correction") else set()
    bench.load(refs)
    for row in waiting:
        if row.state in STILL_WAITING:
            _judge_again(bench, row, bodies[row.id])
    bench.settle()


def _judge_again(bench: Bench, row: JournalLine, body: dict[str, Any] | Quarantine) -> None:
    corrected = row.state == RESOLVED
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
