"""The import page's job: an upload kept until somebody confirms it, then one transaction in the background.

A job is a folder ``DATA_DIR/imports/<id>/`` with the workbook and ``job.json``. Its state is written to the file and
not to the database, because the database shows nothing of a transaction before it ends, and the page wants to say how
far it is. The workbook is deleted as soon as the job ends, well or not, or after a day without an answer.
"""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app

from doorknock import clock, web
from doorknock.db import new_id
from doorknock.errors import Problem, Refused
from doorknock.fields import canonical_uuid
from doorknock.places import roster
from doorknock.places.locks import lock_village
from doorknock.regions.models import Region, region
from doorknock.sheets import SheetError
from doorknock.words import _, lazy

KEPT_FOR = timedelta(days=1)
SILENT = timedelta(minutes=2)
"""A running job that has said nothing for so long was cut off with its process; its transaction went with it."""
ENDED = ("done", "failed")
STOPPED = lazy("导入说到一半断了：要么全写进去了，要么一户没写。请把文件再传一次，预览会说清。")
log = structlog.get_logger()


@dataclass
class Job:
    """One upload: ``state`` is ready, running, done or failed; ``told`` says how far or why."""

    id: str
    village: str
    name: str
    by: str
    at: str
    state: str = "ready"
    told: str = ""
    beat: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return _home() / self.id

    def workbook(self) -> bytes:
        """The uploaded bytes; Refused where they are gone."""
        try:
            return (self.folder / "roster.xlsx").read_bytes()
        except OSError as error:
            raise Refused(_("这个文件已经不在了，请再传一次。")) from error

    def save(self) -> None:
        """Write the state; whoever reads sees the old or the new one whole."""
        self.beat = clock.now().isoformat()
        fresh = self.folder / "job.new"
        fresh.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        fresh.replace(self.folder / "job.json")

    def end(self, state: str, told: str, figures: dict[str, Any] | None = None) -> None:
        """The job is over, and the upload is deleted."""
        self.state, self.told, self.figures = state, told, figures or {}
        self.save()
        (self.folder / "roster.xlsx").unlink(missing_ok=True)


def keep(data: bytes, name: str, village: Region, *, by: str) -> Job:
    """Keep an upload and say under which id; Refused with the reader's sentence where it can't be read."""
    sweep()
    job = Job(id=new_id(), village=village.code, name=Path(name).name[:120], by=by, at=clock.now().isoformat())
    plan(data, village)
    job.folder.mkdir(mode=0o700, parents=True)
    (job.folder / "roster.xlsx").write_bytes(data)
    job.save()
    return job


def plan(data: bytes, village: Region, tick: frozenset[str] = frozenset()) -> roster.Plan:
    """What the workbook would do; Refused with the reader's sentence where it can't be read."""
    try:
        return roster.plan(data, village, tick=tick)
    except SheetError as error:
        raise Refused(str(error)) from error


def job(ident: str, village: Region) -> Job:
    """The job with this id in this village; Problem not_found."""
    known = canonical_uuid(ident)
    file = _home() / (known or "none") / "job.json"
    if not file.is_file():
        raise Problem("not_found", _("这次导入已经过去了。要导入，请再传一次文件。"))
    found = Job(**json.loads(file.read_text(encoding="utf-8")))
    if found.village != village.code:
        raise Problem("not_found")
    if found.state == "running" and clock.now() - datetime.fromisoformat(found.beat) > SILENT:
        found.end("failed", str(STOPPED))
    return found


def drop(found: Job) -> None:
    """Nothing is imported; the upload is deleted."""
    shutil.rmtree(found.folder, ignore_errors=True)


def start(found: Job, tick: frozenset[str]) -> None:
    """Import in the background; once, however often it is confirmed."""
    try:
        (found.folder / "started").touch(exist_ok=False)
    except FileExistsError:
        return
    found.state, found.told = "running", _("正在读文件")
    found.save()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    threading.Thread(target=_run, args=(app, found, tick), name=f"import-{found.id}", daemon=True).start()


def _run(app: Flask, found: Job, tick: frozenset[str]) -> None:
    with app.app_context():
        try:
            figures = _import(found, tick)
        except Refused as refused:
            web.rollback()
            found.end("failed", "".join(refused.reasons))
        except Exception:
            log.exception("import_failed", job=found.id, village=found.village)
            web.rollback()
            found.end("failed", _("导入没有做成，什么都没有改。请再传一次；还不行，请把文件交给管理员看。"))
        else:
            found.end("done", "", figures)


def _import(found: Job, tick: frozenset[str]) -> dict[str, Any]:
    village = region(found.village)
    lock_village(village)
    made = plan(found.workbook(), village, tick)
    figures = made.summary()
    total = made.added + made.changed

    def progress(done: int) -> None:
        found.told = (
            _("已写 %(done)s 户，共 %(total)s 户要写", done=done, total=total)
            if done < total
            else _("都写好了，正在算数")
        )
        found.save()

    roster.carry_out(made, by=found.by, progress=progress)
    web.commit()
    return figures


def _home() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "imports"


def sweep() -> None:
    """Uploads that nobody came back to are deleted after a day."""
    for folder in _home().glob("*"):
        file = folder / "job.json"
        age = clock.now().timestamp() - (file if file.exists() else folder).stat().st_mtime
        if age > KEPT_FOR.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
