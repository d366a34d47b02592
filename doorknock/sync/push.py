"""Taking events in: each line is judged in a fixed order, held in the journal, and takes effect or waits in quarantine.

One batch is one transaction: the device's row is locked, then the grids concerned in code order. If anything unforeseen
happens while the batch is applied as a set, all of it is undone and taken again line by line, each at a savepoint of
its own, and only the line that fails is set aside.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from doorknock import changes, clock
from doorknock.db import db, new_id
from doorknock.lookup import among, given, seldom
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.sets import insert_all
from doorknock.sync import blobs, emptying, following, journal, redacting
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.effect import apply, quarantine, read_body, refs_of
from doorknock.sync.journal import APPLIED, DUPLICATE, ERASED, REVIEW, JournalLine, Stray
from doorknock.sync.ranges import merged
from doorknock.sync.waiting import awaited, became_known, run_again
from doorknock.sync.wire import ZERO, Line, read_line
from doorknock.words import _

FAR_AHEAD = timedelta(hours=24)
log = structlog.get_logger()


_STRAYS = db.select(Stray).where(Stray.county == given("county"), among(Stray.event_id), Stray.resolved_at.is_(None))
Read = tuple[Line, dict[str, Any] | Quarantine]


def read(lines: list[Line]) -> list[Read]:
    """Each line with its body as its kind reads it. Asks no database, so it is done before anything is locked."""
    return [(line, read_body(line.kind, line.body)) for line in lines]


class UnforeseenError(Exception):
    """A batch could not be taken as a set: to be undone, and taken again line by line."""


def take(device: Device, lines: list[Read], skew: timedelta, *, singly: bool) -> datetime | None:
    """Hold these lines for the enrolment and let them take effect. The caller has locked the device and commits.

    The answer is the instant of the newest line that entered the journal; None where none did. Unless ``singly``,
    UnforeseenError where the caller has to undo everything and come again with it.
    """
    if singly:
        entered = [row for line in lines for row in _take_alone(device, line, skew)]
    else:
        entered = _take_as_a_set(device, lines, skew)
    return max((row.received_at for row in entered), default=None)


def take_within(device: Device, lines: list[Read], skew: timedelta) -> datetime | None:
    """The same within a larger act of the office: whatever happens, nothing but these lines is undone."""
    changes.flush()  # what was done before in this transaction stays, whatever becomes of the batch
    savepoint = db.session.begin_nested()
    try:
        newest = take(device, lines, skew, singly=False)
        savepoint.commit()
    except UnforeseenError:
        savepoint.rollback()
        changes.forget()
        db.session.expire_all()
        newest = take(device, lines, skew, singly=True)
    return newest


def _take_as_a_set(device: Device, lines: list[Read], skew: timedelta) -> list[JournalLine]:
    batch = _Batch(device, lines, skew)
    try:
        batch.run()
    except (IntegrityError, OperationalError):
        raise  # another was quicker, a deadlock, a full disk: the whole request is tried again or refused
    except Exception as fault:
        log.exception("batch_failed", device=device.id, lines=len(lines))
        raise UnforeseenError from fault
    return batch.entered


def _take_alone(device: Device, line: Read, skew: timedelta) -> list[JournalLine]:
    changes.flush()  # what was done before in this transaction stays, whatever becomes of the line
    savepoint = db.session.begin_nested()
    try:
        batch = _Batch(device, [line], skew)
        batch.run()
        savepoint.commit()
    except OperationalError:
        raise
    except Exception:
        log.exception("line_failed", device=device.id, n=line[0].n)
        savepoint.rollback()
        changes.forget()
        db.session.expire_all()
        batch = _Batch(device, [line], skew, unforeseen=True)
        batch.run()
    return batch.entered


class _Batch:
    """The judging of one request's lines."""

    def __init__(self, device: Device, taken: list[Read], skew: timedelta, *, unforeseen: bool = False) -> None:
        self.device, self.skew, self.unforeseen = device, skew, unforeseen
        self.received_at = clock.now()
        self.lines = lines = [line for line, _body in taken]
        self.taken = taken
        self.gone: set[str] = set()
        self.bench = Bench(device.county)
        numbers = {m for line in lines for m in (line.n - 1, line.n, line.n + 1)}
        self.by_n = journal.neighbours(device, numbers)
        for line in lines:
            self.bench.held.setdefault(line.id, [])
        for row in journal.by_event(device.county, self.bench.held):
            self.bench.held[row.event_id].append(row)
        self.entered: list[JournalLine] = []
        self.judged: list[JournalLine] = []
        """Of these, the ones that are not written yet: they are a set, and go in as one."""
        self.awaited: set[str] = set()
        self.moved: list[str] = []

    def run(self) -> None:
        """Judge and apply all lines, then run again what was waiting for something that appeared."""
        refs = self._load()
        self.awaited = awaited(self.device.county, refs.places | refs.visits | {line.id for line in self.lines})
        for line, body in self.taken:
            self._line(line, self._without_words(line) if self._erased(line) else body)
            self._wake()
        self._write()
        self.bench.settle()
        for event_id in self.moved:
            emptying.follow(self.device.county, event_id)
        self._lift_strays()
        became_known(self.device.county, self.bench.appeared)
        devices.note(self.device, held=merged(self.device.held, [line.n for line in self.lines]))

    def _load(self) -> Refs:
        """Load what the lines name and lock its grids; what took effect already, and what was erased, is seen then.

        Not before: an erasure holds those grids while it searches the journal, and we may have waited for it.
        """
        refs = Refs()
        for line, body in self.taken:
            refs.add(refs_of(line, body))
        self.bench.load(refs)
        self._see_what_is_gone()
        if self.gone:
            self.bench.read_held_again()
        return refs

    def _see_what_is_gone(self) -> None:
        """What of all that these lines name was erased."""
        self.gone = redacting.gone_of(self.device.county, self.lines)

    def _write(self) -> None:
        """Write down the lines judged since the last time, before what they brought. Nothing may change them later."""
        insert_all(JournalLine, self.judged)
        self.judged.clear()

    def _write_and_watch(self) -> None:
        """The same, but what becomes of these lines later in the batch is written down too."""
        before = {row.n: row for row in self.judged}
        self._write()
        for n, row in journal.numbers(self.device, before).items():
            self.by_n[n] = row
            held = self.bench.held[row.event_id]
            held[held.index(before[n])] = row

    def _wake(self) -> None:
        """What waited for this line runs before the next one is judged, as if each had come in a request of its own."""
        if self.bench.appeared & self.awaited:
            self._write_and_watch()
            self.bench.settle()
            run_again(self.bench)
            self._see_what_is_gone()  # what waited may have shown that a visit is an erased household's

    def _lift_strays(self) -> None:
        """What was kept for review under a taken number has now taken effect under its own."""
        ids = {line.id for line in self.lines if self._known(line.id)}
        for stray in seldom(_STRAYS, county=self.device.county, ids=ids):
            if stray_fact(stray) == self._known(stray.event_id):
                stray.resolved_at = clock.now()

    def _line(self, line: Line, body: dict[str, Any] | Quarantine) -> None:
        held = self.by_n.get(line.n)
        if held is not None:
            if held.fact != line.fact:
                self._stray(line)
            return
        row = journal.new_line(self.device, line, line.at + self.skew, self.received_at)
        self.judged.append(row)
        self.entered.append(row)
        self.by_n[line.n] = row
        self._mark_next(row)
        self.bench.held[line.id].append(row)
        try:
            self._judge(row, body, line)
        except Quarantine as held_back:
            quarantine(row, held_back)
            if following.is_corrected(self.bench, row):
                journal.resolve(row)
            self.awaited |= {row.waits_for} if row.waits_for else set()
            if not self.unforeseen:  # or what waits for it, and may be what failed, would fail once more
                self.bench.appeared.add(row.event_id)  # a correction that waited for it can be taken now
        if self._is_forgotten(line):
            redacting.forget(row, line, self.gone)
        if redacting.may_move(row, line, self.gone):
            self.moved.append(row.event_id)

    def _without_words(self, line: Line) -> dict[str, Any] | Quarantine:
        return read_body(line.kind, redacting.kept(line.kind, line.body))

    def _erased(self, line: Line) -> bool:
        """Whether it tells of a household that asked to be erased."""
        return bool(self.gone) and redacting.concerns(line, self.gone)

    def _is_forgotten(self, line: Line) -> bool:
        """Whether nothing of its words is kept: erased, or about a lost photo that nothing here names any more."""
        photo = redacting.lost_photo(line)
        return self._erased(line) or (photo is not None and not blobs.is_named(self.device, photo))

    def _judge(self, row: JournalLine, body: dict[str, Any] | Quarantine, line: Line) -> None:
        before = self.by_n.get(row.n - 1)
        row.chain_marked = (row.n == 1 and row.prev != ZERO) or (before is not None and before.sha != row.prev)
        known = self._known(row.event_id)
        if known is not None:
            _repeats(row, known, body)
            return
        self._refuse(row, line)
        if isinstance(body, Quarantine):
            raise body
        apply(self.bench, Event(row, body))

    def _known(self, event_id: str) -> str | None:
        """The fact that took effect under this id, or was erased; None where none was.

        Asked anew each time: an older line that waited may have run because of a line just before this one.
        """
        known = {row.state: row.fact for row in self.bench.held[event_id]}
        return known.get(APPLIED) or known.get(ERASED)

    def _refuse(self, row: JournalLine, line: Line) -> None:
        """Quarantine for what can't be applied whatever it says."""
        if row.chain_marked:
            raise Quarantine("chain_broken", _("这一条和前一条接不上，可能手机恢复过备份。"))
        if self.unforeseen:
            raise Quarantine("server_fault", _("服务器处理这一条时出错了，已经留存，会有人看。"))
        if self.device.revoked_at is not None:
            raise Quarantine("revoked", _("这部手机已经停用，这一条留给村里核对。"))
        if row.recorded_at > row.received_at + FAR_AHEAD:
            raise Quarantine("clock_future", _("手机的时间比现在快了一天以上，请先调好时间。"))
        if self._is_forgotten(line) and row.kind not in redacting.VISITS:
            raise Quarantine("erased", "")

    def _mark_next(self, row: JournalLine) -> None:
        after = self.by_n.get(row.n + 1)
        if after is not None and after.prev != row.sha:
            self._line_of(after).chain_marked = True

    def _line_of(self, held: Any) -> JournalLine:
        """A line of this very batch, or the one in the journal that its neighbours were judged by."""
        mine = (line for line in self.judged if line.id == held.id)
        return next(mine, None) or db.session.get_one(JournalLine, (self.device.county, held.id))

    def _stray(self, line: Line) -> None:
        same = (Stray.device_id == self.device.id) & (Stray.n == line.n) & (Stray.sha == line.sha)
        told = self._is_forgotten(line)
        if db.session.scalar(db.select(Stray.id).where(Stray.county == self.device.county, same)) is None:
            db.session.add(
                Stray(
                    county=self.device.county, id=new_id(), device_id=self.device.id, n=line.n, event_id=line.id,
                    line=redacting.bytes_of(line.raw) if told else line.raw, sha=line.sha, received_at=clock.now(),
                    resolved_at=clock.now() if told else None,
                )
            )  # fmt: skip
            db.session.flush()


def _repeats(row: JournalLine, known: str, body: dict[str, Any] | Quarantine) -> None:
    """The id has taken effect already: a repeat without effect, or another fact that is kept for review."""
    row.state = DUPLICATE
    if known != row.fact:
        row.state, row.code = REVIEW, "body_differs"
        row.detail = _("这个编号的记录已经有效，后来的内容不一样，留着核对。")
    elif isinstance(body, dict):
        blobs.named(row, body.get("photos") or [])  # a phone that renewed its enrolment still has them
        if row.kind == "photo_lost":
            blobs.lost(row, body["sha256"])  # or has not


def stray_fact(stray: Stray) -> str | None:
    """The fact that a stray line states."""
    line = read_line(stray.line)
    return line.fact if line else None
