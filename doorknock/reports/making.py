"""The worker that makes exports, one after another: in a thread of the serving process, or as ``flask reports work``.

Whoever holds the lock beside the files is the worker, for all processes together. So a row that says ``running`` while
nobody but us holds the lock was cut off with its process, and is taken up again from the beginning.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import OperationalError

from doorknock import audit, clock, web
from doorknock.coverage import figures
from doorknock.db import db, set_writing
from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.regions.models import region
from doorknock.reports import exporting
from doorknock.reports.exporting import DONE, FAILED, RUNNING, WAITING, ExportJob
from doorknock.reports.files import table_of
from doorknock.reports.ledgers import Scope
from doorknock.words import _

TRIES = 3
"""So often an export is taken up before it is said to have failed."""
EVERY = 0.5
"""Seconds between two looks at whether it is still wanted, and two words on how far it is."""
Key = tuple[str, str]
log = structlog.get_logger()


class Unwanted(Exception):
    """Somebody cancelled it, or it must not be made any more."""


def start() -> None:
    """See to it that what waits is made, in a thread of this process unless another process does so already."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    threading.Thread(target=work, args=(app,), name="exports", daemon=True).start()


def work(app: Flask) -> int:
    """Make everything that waits; how many were made. Nothing where somebody else is at it."""
    made = 0
    while True:
        with app.app_context():
            with _turn() as mine:
                if not mine:
                    return made
                made += _drain(app)
            # Whoever came while we were leaving saw the lock held, and left it to us.
            if not _next():
                return made


@contextmanager
def _turn() -> Iterator[bool]:
    """Whether we are the one worker, as long as the context lasts."""
    exporting.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (exporting.home() / "worker").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _drain(app: Flask) -> int:
    _writing(exporting.sweep)
    _writing(_take_up)
    made = 0
    while key := _next():
        _one(app, key)
        made += 1
    return made


def _next() -> Key | None:
    """The export that has waited longest."""
    db.session.rollback()
    waits = select(ExportJob.county, ExportJob.id).where(ExportJob.state == WAITING)
    found = db.session.execute(waits.order_by(ExportJob.asked_at, ExportJob.id).limit(1)).first()
    db.session.rollback()
    return (found.county, found.id) if found else None


def _take_up() -> None:
    """What was cut off waits again, from the beginning; what was cut off too often has failed."""
    for job in db.session.scalars(select(ExportJob).where(ExportJob.state == RUNNING)):
        job.drop_files()
        if job.tries < TRIES:
            job.state, job.done, job.rows = WAITING, 0, 0
        else:
            job.state, job.ended_at = FAILED, clock.now()
            job.told = _("做到一半停了几次。请少选一些再导，还不行请告诉管理员。")


def _one(app: Flask, key: Key) -> None:
    """Make one export, whatever becomes of it."""
    try:
        with app.app_context():
            _make(key)
    except Unwanted:
        pass  # its row says why already
    except Refused as refused:
        _fail(key, "".join(refused.reasons))
    except OperationalError:
        log.exception("export_failed", job=key[1])
        _fail(key, _("数据库没有响应。请过一会儿再导一次。"))
    except OSError as error:
        log.exception("export_failed", job=key[1])
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        _fail(key, _("服务器的存储满了。请告诉管理员，腾出地方再导。") if full else _("文件写不下去。请告诉管理员。"))
    except Exception:
        log.exception("export_failed", job=key[1])
        _fail(key, _("导出时出了错。请再导一次；还不行，请告诉管理员。"))


def _fail(key: Key, why: str) -> None:
    shutil.rmtree(exporting.home() / key[1], ignore_errors=True)
    _writing(lambda: _say(key, state=FAILED, told=why, ended_at=clock.now()))


def _make(key: Key) -> None:
    _claim(key)
    figures.wake_due(region(db.session.get_one(ExportJob, key).region_code))
    _snapshot()
    job = db.session.get_one(ExportJob, key)
    person, here = db.session.get_one(Person, job.person_id), region(job.region_code)
    if not job.kind.open_to(person, here):
        raise Refused(_("您现在的岗位不能导出这里的记录。"))
    scope, watch, part = exporting.scope_of(job, here, person), _Watch(key), job.folder / "part"
    try:
        job.folder.mkdir(parents=True, mode=0o700)
        rows = _write(job, scope, part, watch)
        _finish(job, scope, {"rows": rows, "size": part.stat().st_size, "sha256": _sha(part), "as_of": watch.as_of})
    except BaseException:
        shutil.rmtree(exporting.home() / key[1], ignore_errors=True)
        raise


def _finish(job: ExportJob, scope: Scope, file: dict[str, Any]) -> None:
    """Put the file where it is taken from, and say so, with its line in the log; Unwanted leaves it to be deleted."""
    key, done = (job.county, job.id), {"state": DONE, "done": ExportJob.total, "ended_at": clock.now()}
    deed, code, by = job.kind.deed, job.region_code, job.person_id
    asked = {"purpose": job.purpose, "rows": file["rows"], "names": scope.names, "format": job.format}
    (job.folder / "part").replace(job.file)
    db.session.rollback()

    def finish() -> None:
        if not _say(key, **done, **file):
            raise Unwanted
        audit.record(deed, code, by=by, **asked)

    _writing(finish)


def _write(job: ExportJob, scope: Scope, part: Path, watch: _Watch) -> int:
    """Write the whole file; how many rows it has."""
    columns = job.kind.columns_for(names=scope.names)
    takes = [column.take for column in columns]
    watch.begin(job.kind.total(scope))
    table, rows = table_of(job, part, columns), 0
    for done, lines in job.kind.portions(scope):
        table.rows([take(line) for take in takes] for line in lines) if takes else table.rows(lines)
        rows += len(lines)
        watch.on(done, rows)
    table.close(notes(job, scope, rows, watch))
    return rows


def notes(job: ExportJob, scope: Scope, rows: int, watch: _Watch) -> list[tuple[str, Any]]:
    """What a workbook says of itself."""
    names = _("有姓名和电话，只给本村用，用完请删掉。") if scope.names else _("没有姓名和电话。")
    said: list[tuple[str, Any]] = [
        (_("内容"), str(job.kind.word)), (_("怎么列的"), str(job.kind.says)), (_("哪里"), scope.region.name),
        (_("哪次行动"), scope.campaign.name if scope.campaign else None), (_("从"), scope.first), (_("到"), scope.last),
        (_("截到"), watch.as_of), (_("行数"), rows), (_("姓名"), names), (_("用途"), job.purpose),
    ]  # fmt: skip
    return [note for note in said if note[1] is not None]


def _claim(key: Key) -> None:
    mine = (ExportJob.county == key[0]) & (ExportJob.id == key[1]) & (ExportJob.state == WAITING)
    taken = update(ExportJob).where(mine).values(state=RUNNING, tries=ExportJob.tries + 1, done=0, rows=0)

    def claim() -> None:
        if not _count(db.session.execute(taken)):
            raise Unwanted

    _writing(claim)


def _snapshot() -> None:
    """From here on this context reads one instant of the database, however long it reads."""
    db.session.rollback()
    set_writing(False)
    if db.engine.dialect.name == "postgresql":  # a reading transaction of SQLite is like this anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


class _Watch:
    """Tells how far an export is, and finds out when it is no longer wanted."""

    def __init__(self, key: Key) -> None:
        self.key, self.as_of = key, clock.now()
        self.done = self.total = 0
        self.next = 0.0

    def begin(self, total: int) -> None:
        self.total = total
        self._tell(total=total)

    def on(self, done: int, rows: int) -> None:
        self.done += done
        if time.monotonic() >= self.next:
            self._tell(done=min(self.done, self.total), rows=rows)

    def _tell(self, **told: int) -> None:
        def tell() -> None:
            if not _say(self.key, **told):
                raise Unwanted

        _writing(tell)
        self.next = time.monotonic() + EVERY


def _say(key: Key, **told: Any) -> bool:
    """Write down what becomes of a running export; whether it still runs."""
    mine = (ExportJob.county == key[0]) & (ExportJob.id == key[1]) & (ExportJob.state == RUNNING)
    return _count(db.session.execute(update(ExportJob).where(mine).values(**told))) == 1


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0


def _writing(deed: Callable[[], object]) -> None:
    """A transaction of its own, beside what this thread is reading."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    before = set_writing(True)
    try:
        with app.app_context():
            deed()
            web.commit()
    finally:
        set_writing(before)


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
