"""What leaves by its own age: lines without effect, codes, sessions, tries, drafts, phones, log, accounts, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, tuple_

from doorknock import clock, shelf
from doorknock.audit import AuditLine
from doorknock.changes import Change, GridHead
from doorknock.db import Base, db
from doorknock.exports.exporting import ExportJob
from doorknock.exports.tokens import ReadToken
from doorknock.people.devices import Device, EnrolCode
from doorknock.people.models import Assignment, LoginTries, Person, Session
from doorknock.people.totp import RecoveryCode
from doorknock.places.erased import Erasure
from doorknock.privacy import erasures, limits, photos, told
from doorknock.sync import redacting
from doorknock.sync.blobs import NamedBlob
from doorknock.sync.journal import APPLIED, DUPLICATE, JournalLine, Stray
from doorknock.sync.paper import PaperDraft
from doorknock.sync.wire import read_line
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit

LONE = ("posting", "activity", "photo_lost", "explanation")
"""Kinds of events that may have taken effect without a row of their own, or whose row has left."""


@dataclass(frozen=True)
class Rule:
    """One kind of thing that leaves: how many are due now, and a batch of them taken (how many were)."""

    name: str
    due: Callable[[], int]
    take: Callable[[int], int]


def lines_due() -> ColumnElement[bool]:
    """Lines of the journal whose words are no longer needed by anything that stands."""
    decided = JournalLine.decided_at < limits.ago(limits.DECIDED)
    again = (JournalLine.state == DUPLICATE) & (JournalLine.received_at < limits.ago(limits.DECIDED))
    old = JournalLine.received_at < limits.ago(limits.UNDECIDED)
    answers = select(Ask.id).where(Ask.county == JournalLine.county, Ask.answered_with == JournalLine.event_id)
    visits = select(Visit.id).where(Visit.county == JournalLine.county, Visit.id == JournalLine.event_id)
    lone = JournalLine.kind.in_(LONE) & ~or_(*(each.exists() for each in (answers, visits, *told.standing())))
    open_ = or_(JournalLine.code.is_(None), JournalLine.code != "erased")
    return open_ & or_(decided & (JournalLine.state != APPLIED), again, old & or_(JournalLine.state != APPLIED, lone))


def take_lines(most: int) -> int:
    """Blank a batch of lines, and let the photos go that only they named."""
    rows = list(db.session.scalars(select(JournalLine).where(lines_due()).limit(most)))
    for row in rows:
        line = read_line(row.line)
        told = line.body.get("photos") if line else None
        shas = [sha for sha in told if isinstance(sha, str)] if isinstance(told, list) else []
        redacting.blank(row)
        photos.unnamed(row.county, shas)
    db.session.flush()
    return len(rows)


def phones_due() -> ColumnElement[bool]:
    """Enrolments whose token has long ended and of whose lines nothing stands any more."""
    mine = (JournalLine.county == Device.county) & (JournalLine.device_id == Device.id)
    words = select(JournalLine.id).where(mine, or_(JournalLine.code.is_(None), JournalLine.code != "erased"))
    strays = select(Stray.id).where(Stray.county == Device.county, Stray.device_id == Device.id)
    quiet = or_(Device.last_contact.is_(None), Device.last_contact < limits.ago(limits.PHONES))
    return (Device.created_at < limits.ago(limits.PHONES)) & quiet & ~words.exists() & ~strays.exists()


def take_phones(most: int) -> int:
    """A batch of enrolments leaves with what is left of their lines."""
    rows = list(db.session.scalars(select(Device).where(phones_due()).limit(most)))
    for device in rows:
        for model in (NamedBlob, JournalLine):
            own = (model.county == device.county) & (model.device_id == device.id)
            db.session.execute(delete(model).where(own))
        db.session.delete(device)
    db.session.flush()
    return len(rows)


def take_tombstones(most: int) -> int:
    """The feed forgets what left long ago; whoever stands before it pulls the grid afresh."""
    rows = list(db.session.scalars(select(Change).where(_tombstones()).limit(most)))
    for row in rows:
        head = db.session.get(GridHead, (row.county, row.grid), with_for_update=True)
        if head is not None:
            head.floor = max(head.floor, row.seq)
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def files_due() -> list[str]:
    """Files that nothing names, and that nobody is just bringing."""
    edge = clock.now() - timedelta(days=limits.FILES)
    return [sha for sha in photos.orphans() if shelf.path_of(sha).stat().st_mtime < edge.timestamp()]


def _rows(model: type[Base], name: str, due: Callable[[], ColumnElement[bool]]) -> Rule:
    """Rows that are simply deleted once they are due."""
    keys: list[Any] = list(model.__table__.primary_key)

    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(due())) or 0

    def take(most: int) -> int:
        found = [tuple(row) for row in db.session.execute(select(*keys).where(due()).limit(most))]
        if found:
            db.session.execute(delete(model).where(tuple_(*keys).in_(found)))
        return len(found)

    return Rule(name, count, take)


def _counted(name: str, model: Any, due: Callable[[], ColumnElement[bool]], take: Callable[[int], int]) -> Rule:
    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(due())) or 0

    return Rule(name, count, take)


def gone_persons() -> ColumnElement[bool]:
    """Accounts that were switched off, and that neither the log nor anything that stands names any more."""
    tables = [table for table in Base.metadata.sorted_tables if table is not RecoveryCode.__table__]
    held = [key.parent for table in tables for key in table.foreign_keys if key.column.table is Person.__table__]
    # The log first: it names nearly everybody, and what holds a person may be long to look through.
    named = [exists().where(column == Person.id) for column in (AuditLine.person_id, AuditLine.subject, *held)]
    return Person.active.is_(False) & ~or_(*named)


def take_persons(most: int) -> int:
    """A batch of accounts, with the recovery codes that were never used."""
    gone = list(db.session.scalars(select(Person.id).where(gone_persons()).limit(most)))
    for model, column in ((RecoveryCode, RecoveryCode.person_id), (Person, Person.id)):
        db.session.execute(delete(model).where(column.in_(gone)))
    return len(gone)


def _tombstones() -> ColumnElement[bool]:
    return Change.removed.is_(True) & (Change.changed_at < limits.ago(limits.TOMBSTONES))


def _tried() -> ColumnElement[bool]:
    free = or_(LoginTries.locked_until.is_(None), LoginTries.locked_until < clock.now())
    return free & or_(LoginTries.last_at.is_(None), LoginTries.last_at < limits.ago(limits.TRIES))


def _strays() -> ColumnElement[bool]:
    old = Stray.received_at < limits.ago(limits.UNDECIDED)
    return or_(Stray.resolved_at < limits.ago(limits.DECIDED), old)


def _sessions() -> ColumnElement[bool]:
    over = limits.ago(limits.SESSIONS)
    return or_(Session.expires_at < over, Session.revoked_at < over)


def _tokens() -> ColumnElement[bool]:
    over = limits.ago(limits.EXPORTS)
    return or_(ReadToken.expires_at < over, ReadToken.revoked_at < over)


RULES = (
    *(_counted(name, model, told.due_of(model), told.take_of(model)) for name, model in told.MODELS.items()),
    _counted("journal", JournalLine, lines_due, take_lines),
    _rows(Stray, "stray", _strays),
    _rows(PaperDraft, "paper_draft", lambda: PaperDraft.at < limits.ago(limits.DRAFTS)),
    _counted("change", Change, _tombstones, take_tombstones),
    _counted("device", Device, phones_due, take_phones),
    _rows(Assignment, "grid_assignment", lambda: Assignment.until < limits.ago(limits.PHONES)),
    _rows(Session, "login_session", _sessions),
    _rows(LoginTries, "login_tries", _tried),
    _rows(EnrolCode, "enrol_code", lambda: EnrolCode.expires_at < limits.ago(limits.CODES)),
    _rows(RecoveryCode, "recovery_code", lambda: RecoveryCode.used_at < limits.ago(limits.SESSIONS)),
    _rows(ExportJob, "export_job", lambda: ExportJob.asked_at < limits.ago(limits.EXPORTS)),
    _rows(ReadToken, "read_token", _tokens),
    _rows(AuditLine, "audit_line", lambda: AuditLine.at < limits.ago(limits.AUDIT)),
    _rows(Erasure, "erasure", lambda: Erasure.at < limits.ago(limits.ERASURES)),
    _counted("person", Person, gone_persons, take_persons),
    Rule(
        "erasures.jsonl", lambda: erasures.older(limits.ago(limits.ERASURES)),
        lambda _most: erasures.prune(limits.ago(limits.ERASURES)),
    ),
    Rule("blobs", lambda: len(files_due()), lambda most: photos.delete_files(files_due()[:most])),
)  # fmt: skip
"""In the order in which they are swept, after households."""
