"""Restoring a backup to a scratch place, with an application of its own on it, and asking it whether all is there."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask, current_app
from sqlalchemy import func, inspect, select, table, text

from doorknock import create_app
from doorknock.backup import archive
from doorknock.backup.archive import DATABASE, Manifest
from doorknock.backup.snapshot import Store
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.sync import covering, epoch
from doorknock.sync import verify as verifying
from doorknock.sync.covering import Held
from doorknock.words import _, joined

LEFT = 24 * 3600
"""Seconds after which a scratch folder belongs to nobody any more."""


@dataclass
class Proof:
    """What came of restoring a backup to a scratch place; it counts when there are no problems."""

    manifest: Manifest
    problems: list[str]
    held: Held


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same disk as ``beside``, which goes when the context ends; what a power cut left goes now."""
    for left in beside.glob(".doorknock-*"):
        if left.is_dir() and left.stat().st_mtime < time.time() - LEFT:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".doorknock-", dir=beside) as name:
        yield Path(name)


@contextmanager
def application(url: str, folder: Path) -> Iterator[Flask]:
    """This application on another database with files of its own; nobody is connected to it afterwards."""
    mine = {"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder)}
    app = create_app(dict(current_app.config) | mine)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def prove(store: Store, file: Path, shelf: Path | None) -> Proof:
    """Restore the file to a scratch place and ask it; Refused if it isn't even a whole file."""
    with scratch_folder(file.parent) as folder:
        manifest = archive.unpack(file, folder, blobs=False)
        problems = [] if manifest.inside else lacking(manifest, shelf)
        with store.scratch(folder / DATABASE, folder) as url:
            problems += store.faults(url)
            with application(url, folder):
                problems += asked(manifest)
                if manifest.schema != newest_schema():
                    problems.append(_("数据库还没有升级，先执行 db upgrade。"))
                found = covering.held()
    return Proof(manifest, problems, found)


def lacking(manifest: Manifest, shelf: Path | None) -> list[str]:
    """What is wrong with the photos of a backup that leaves them on a shelf."""
    bad = [sha for sha in manifest.blobs if shelf is None or not _is_whole(archive.blob_path(shelf, sha), sha)]
    return [_("照片和图画缺 %(count)s 张。", count=len(bad))] if bad else []


def _is_whole(path: Path, sha: str) -> bool:
    return path.is_file() and archive.sha_of(path) == sha


def asked(manifest: Manifest) -> list[str]:
    """What the database in the running context says differently from its backup's manifest, or finds in its journal."""
    problems = []
    if (there := counts()) != manifest.counts:
        names = there.keys() | manifest.counts.keys()
        wrong = sorted(name for name in names if there.get(name) != manifest.counts.get(name))
        problems.append(_("行数对不上：%(tables)s", tables=joined(wrong)))
    refuse_newer(manifest)
    if schema() != manifest.schema or epoch.known() != manifest.epoch:
        problems.append(_("版本或者纪元和备份写的不一样。"))
    if schema() == newest_schema():
        problems += journal_problems()
    return problems


def journal_problems() -> list[str]:
    """What ``sync verify`` finds in the running context's database."""
    found = verifying.verify()["problems"]
    return [_("账本 %(code)s 手机 %(device_id)s 第 %(n)s 条：%(detail)s", **problem) for problem in found]


def counts() -> dict[str, int]:
    """Rows by table, as the running context's database has them."""
    names = inspect(db.session.connection()).get_table_names()
    return {name: db.session.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def schema() -> str:
    """The schema's revision; "" where there is none."""
    there = inspect(db.session.connection()).has_table("alembic_version")
    return str(db.session.scalar(text("SELECT version_num FROM alembic_version"))) if there else ""


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def newest_schema() -> str:
    """The revision that this program brings a database to."""
    return str(_scripts().get_current_head())


def refuse_newer(manifest: Manifest) -> None:
    """Refused for a backup of a program newer than this one."""
    try:
        known = _scripts().get_revision(manifest.schema)
    except CommandError:
        known = None
    if known is None:
        raise Refused(_("这份备份来自更新的程序，请先升级程序再恢复。"))
