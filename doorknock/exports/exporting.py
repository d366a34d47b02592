"""An export: asked for with a purpose, made by a worker, offered for a day, and gone.

The row says how far it is; the file lies in ``DATA_DIR/exports/<id>/``. A file is offered only by a row that says
``done``, which is committed after the file lay whole on the disk: a server that dies in between leaves nothing to take.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock
from doorknock.access import may
from doorknock.campaigns.models import Campaign
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, new_id
from doorknock.errors import Problem
from doorknock.exports.ledgers import LEDGERS, Ledger, Scope
from doorknock.fields import canonical_uuid
from doorknock.people.models import Person
from doorknock.places.erased import Erasure
from doorknock.regions.models import Region, grids_of, villages
from doorknock.words import _, lazy

KEPT_FOR = timedelta(days=1)
WAITING, RUNNING, DONE, CANCELLED, FAILED, GONE = "waiting", "running", "done", "cancelled", "failed", "gone"
OPEN = (WAITING, RUNNING)
STATES = {
    WAITING: lazy("排着队"), RUNNING: lazy("正在做"), DONE: lazy("做好了"), CANCELLED: lazy("不要了，文件没有留"),
    FAILED: lazy("没做成，文件没有留"), GONE: lazy("文件已经删了"),
}  # fmt: skip
ERASED_SINCE = lazy("有住户要求删掉记录，这个文件里可能有，已经删了。要用请再导一次。")
AN_ERASURE = timedelta(minutes=1)
"""Longer than an erasure takes from its first word to its commit."""


class ExportJob(Base):
    """One export. ``filters``: campaign (id), first, last. ``done`` of ``total`` doors are gone through."""

    __tablename__ = "export_job"
    __table_args__ = (Index("ix_export_job_person", "county", "person_id", "asked_at"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    ledger: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]]
    names: Mapped[bool]
    purpose: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    told: Mapped[str] = mapped_column(Text, default="")
    """Why it failed or went, in words."""
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    as_of: Mapped[datetime | None]
    """The instant whose state it tells."""
    ended_at: Mapped[datetime | None]

    @property
    def folder(self) -> Path:
        """Where its file lies, and what is needed while it is made."""
        return home() / self.id

    @property
    def file(self) -> Path:
        """Its file, if it is done."""
        return self.folder / f"ledger.{self.format}"

    @property
    def kind(self) -> Ledger:
        """What kind of ledger it is."""
        return LEDGERS[self.ledger]

    @property
    def words(self) -> str:
        """Its state, as a page says it."""
        return str(STATES[self.state])

    @property
    def open(self) -> bool:
        """Whether it may still come to something by itself."""
        return self.state in OPEN

    def named(self, region: Region) -> tuple[str, str]:
        """The file's name, and the same in plain letters: what, where, as of when. Nobody's name stands in it."""
        at = (self.as_of or self.asked_at).astimezone(clock.SHANGHAI)
        end = f"{at:%Y%m%d-%H%M}.{self.format}"
        return f"{self.kind.word}-{region.name}-{end}", f"{self.ledger}-{region.code}-{end}"

    @property
    def weight(self) -> str:
        """The file's size, for people."""
        kilobytes = (self.size or 0) / 1000
        return f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{kilobytes:.1f} KB"

    def drop_files(self) -> None:
        """Whatever of it lies on the disk goes."""
        shutil.rmtree(self.folder, ignore_errors=True)


def home() -> Path:
    """Where the files of all exports lie."""
    return Path(current_app.config["DATA_DIR"]) / "exports"


def scope_of(job: ExportJob, region: Region, person: Person) -> Scope:
    """What an export is about, with what the person may see now: whoever lost a right in between gets nothing by it."""
    told = job.filters
    campaign = db.session.get(Campaign, (job.county, told["campaign"])) if told.get("campaign") else None
    days = [date.fromisoformat(told[name]) if told.get(name) else None for name in ("first", "last")]
    names = job.names and may(person, "doors.names", region)
    return Scope(region, person, campaign, days[0], days[1], names)


def latest(person: Person) -> Sequence[ExportJob]:
    """What somebody asked for within the last day, newest first."""
    mine = (ExportJob.person_id == person.id) & (ExportJob.asked_at > clock.now() - KEPT_FOR)
    return db.session.scalars(select(ExportJob).where(mine).order_by(ExportJob.asked_at.desc(), ExportJob.id)).all()


def job_of(ident: str, region: Region, person: Person) -> ExportJob:
    """The export with this id, asked for by this person for this region; Problem not_found."""
    known = canonical_uuid(ident)
    found = db.session.get(ExportJob, (region.county, known)) if known else None
    if found is None or found.person_id != person.id or found.region_code != region.code:
        raise Problem("not_found", _("没有这一次导出。要导出，请再选一次。"))
    return found


def offered(job: ExportJob, region: Region) -> Path:
    """The file of an export that is done; Problem not_found where there is none (any more)."""
    over = job.ended_at is None or job.ended_at < clock.now() - KEPT_FOR
    if job.state != DONE or over or not job.file.is_file() or job.file.stat().st_size != job.size:
        raise Problem("not_found", _("这个文件没有了。文件只留一天，要用请再导一次。"))
    if job.kind.doors and _erased_since(job, region):
        raise Problem("not_found", str(ERASED_SINCE))
    return job.file


def _erased_since(job: ExportJob, region: Region) -> bool:
    """Whether a household of this region was erased while the file was being made, or since.

    ``recall`` knows the exports of its moment; this finds the one that was asked for between it and its commit.
    """
    grids = [grid.code for grid in grids_of([village.code for village in villages(region)])]
    since = (job.as_of or job.asked_at) - AN_ERASURE
    late = (Erasure.county == job.county) & Erasure.grid.in_(grids) & (Erasure.at >= since)
    return db.session.scalar(select(Erasure.id).where(late).limit(1)) is not None


def cancel(job: ExportJob) -> bool:
    """Nothing comes of it any more, however far it was; False if it had ended before. The caller commits."""
    mine = (ExportJob.county == job.county) & (ExportJob.id == job.id) & ExportJob.state.in_(OPEN)
    gone = update(ExportJob).where(mine).values(state=CANCELLED, ended_at=clock.now())
    stopped = bool(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]  # an update has a count
    db.session.refresh(job)
    return stopped


def recall(county: str, path: str) -> None:
    """A household under this path of regions was erased: no export that may hold it is offered or made any more.

    The files go at once: should the erasure be undone, nothing is lost but an export. The caller commits.
    """
    mine = (ExportJob.county == county) & ExportJob.state.in_((*OPEN, DONE))
    for job in db.session.scalars(select(ExportJob).where(mine, ExportJob.region_code.in_(path.split("/")))):
        if job.kind.doors:
            job.state, job.ended_at, job.told = GONE, job.ended_at or clock.now(), str(ERASED_SINCE)
            job.drop_files()


def sweep() -> int:
    """Files that were offered for a day go, and folders that no row speaks for; how many. The caller commits."""
    edge = clock.now() - KEPT_FOR
    old = (ExportJob.state == DONE) & (ExportJob.ended_at < edge)
    over = db.session.scalars(select(ExportJob).where(old)).all()
    for job in over:
        job.state = GONE
        job.drop_files()
    kept = set(db.session.scalars(select(ExportJob.id).where(ExportJob.state.in_((RUNNING, DONE)))))
    for folder in home().glob("*/"):
        if folder.name not in kept and folder.stat().st_mtime < edge.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
    return len(over)
