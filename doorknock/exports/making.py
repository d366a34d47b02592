"""The worker that makes exports, one after another: in a thread of the serving process, or as ``flask exports work``.

Whoever holds the lock beside the files is the worker, for all processes together. So a row that says ``running`` while
nobody but us holds the lock was cut off with its process, and is taken up again from the beginning.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from doorknock import audit, clock
from doorknock.coverage import figures
from doorknock.db import db, one_instant
from doorknock.errors import Refused
from doorknock.exports import exporting
from doorknock.exports.exporting import DONE, FAILED, RUNNING, WAITING, ExportJob
from doorknock.exports.files import notes, table_of
from doorknock.exports.ledgers import Scope
from doorknock.exports.progress import Key, Unwanted, Watch, apart, counted, say
from doorknock.people.models import Person
from doorknock.regions.models import region
from doorknock.words import _

TRIES = 3
"""So often an export is taken up before it is said to have failed."""
log = structlog.get_logger()


def start() -> None:
    """See to it that what waits is made, in a thread of this process unless another process does so already."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    threading.Thread(target=_in_passing, args=(app,), name="exports", daemon=True).start()


def _in_passing(app: Flask) -> None:
    try:
        work(app)
    except Exception:  # the database went away: what waits is taken up when somebody looks again
        log.exception("exports_stopped")


def work(app: Flask) -> int:
    """Make everything that waits; how many were dealt with. Nothing where somebody else is at it."""
    dealt = 0
    while True:
        with app.app_context():
            with _turn() as mine:
                if not mine:
                    return dealt
                done, last = _drain(app)
                dealt += done
            # Whoever came while we were leaving saw the lock held, and left it to us.
            if _next() in (None, last):
                return dealt


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


def _drain(app: Flask) -> tuple[int, Key | None]:
    """Deal with what waits; how many, and the one that could not even be begun, because the database is in trouble."""
    apart(exporting.sweep)
    apart(_take_up)
    done, last = 0, None
    while (key := _next()) not in (None, last):
        assert key is not None  # noqa: S101  # narrows the type only
        _one(app, key)
        done, last = done + 1, key
    return done, last


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
    apart(lambda: say(key, state=FAILED, told=why, ended_at=clock.now()))


def _make(key: Key) -> None:
    _claim(key)
    figures.wake_due(region(db.session.get_one(ExportJob, key).region_code))
    one_instant()
    job = db.session.get_one(ExportJob, key)
    person, here = db.session.get_one(Person, job.person_id), region(job.region_code)
    if not job.kind.open_to(person, here):
        raise Refused(_("您现在的岗位不能导出这里的记录。"))
    scope, watch, part = exporting.scope_of(job, here, person), Watch(key), job.folder / "part"
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
        if not say(key, **done, **file):
            raise Unwanted
        audit.record(deed, code, by=by, **asked)

    apart(finish)


def _write(job: ExportJob, scope: Scope, part: Path, watch: Watch) -> int:
    """Write the whole file; how many rows it has."""
    columns = job.kind.columns_for(names=scope.names)
    takes = [column.take for column in columns]
    watch.begin(job.kind.total(scope))
    table, rows = table_of(job, part, columns), 0
    for done, lines in job.kind.portions(scope):
        table.rows([take(line) for take in takes] for line in lines) if takes else table.rows(lines)
        rows += len(lines)
        watch.on(done, rows)
    table.close(notes(job, scope, rows, watch.as_of))
    return rows


def _claim(key: Key) -> None:
    mine = (ExportJob.county == key[0]) & (ExportJob.id == key[1]) & (ExportJob.state == WAITING)
    taken = update(ExportJob).where(mine).values(state=RUNNING, tries=ExportJob.tries + 1, done=0, rows=0)

    def claim() -> None:
        if not counted(db.session.execute(taken)):
            raise Unwanted

    apart(claim)


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
