"""Putting a backup in the place of the running database, without anybody having to think of the phones.

All is made ready in a scratch place: the newest schema, a new epoch (every cursor is void), what was switched off or
erased since, photos that are gone asked for again. Only when the journal verifies there, one transaction puts it in
place. What stood there before is kept as a backup of its own, so that a wrong restore can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
from flask import current_app
from sqlalchemy import select

from doorknock import audit, config, shelf, web
from doorknock.backup import archive, listing, proof
from doorknock.backup.archive import DATABASE, LISTS, Manifest
from doorknock.backup.listing import Listed
from doorknock.backup.plainly import plainly
from doorknock.backup.snapshot import Nothing, Store, Unreadable
from doorknock.backup.taking import dated, make_alone, store
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import restored
from doorknock.privacy import erase
from doorknock.sync import blobs, epoch
from doorknock.sync.blobs import NamedBlob
from doorknock.words import _, lazy

MARKER = "journal-marker.json"
FULL = lazy("磁盘满了，恢复没有做成，什么都没有改。请腾出地方再做。")


@dataclass
class Restored:
    """What came of a restore."""

    manifest: Manifest
    before: str = ""
    """Where the database that stood here before is kept."""
    epoch: str = ""
    phones_off: int = 0
    persons_off: int = 0
    erased: int = 0
    blobs_back: int = 0
    blobs_wanted: int = 0
    same_key: bool = True
    problems: list[str] = field(default_factory=list)
    """What did not verify, where it was restored all the same."""


def restore(file: Path, *, blob_shelf: Path | None, without_blobs: bool, anyway: bool) -> Restored:
    """Restore this backup; Refused, with nothing changed, if it is not whole or (unless ``anyway``) does not verify."""
    data = Path(current_app.config["DATA_DIR"])
    with listing.alone(), plainly(str(FULL)), proof.scratch_folder(data) as folder:
        manifest = archive.unpack(file, folder, blobs=True)
        _refuse_other_kind(manifest, store())
        _fetch_blobs(manifest, folder, blob_shelf, data, without_blobs=without_blobs)
        done = Restored(manifest, same_key=manifest.key == archive.fingerprint(current_app.config["SECRET_KEY"]))
        with store().scratch(folder / DATABASE, folder) as url:
            done.problems += store().faults(url)
            for name in LISTS:
                _append_missing(data / name, folder / name)
            with proof.application(url, folder):
                _make_ready(done)
            if done.problems and not anyway:
                raise Refused(_("这份备份没有通过验证，什么都没有改。"), *done.problems)
            done.before = _keep_present(data)
            _take_files(folder, data, done)
            db.session.remove()
            store().put(url, folder)
            _begin_life(folder, data)
            listing.note(Listed(str(file.absolute()), manifest.made_at, verified=not done.problems))
    return done


def _refuse_other_kind(manifest: Manifest, mine: Store) -> None:
    if manifest.kind != mine.kind:
        kinds = {"theirs": manifest.kind, "mine": mine.kind}
        raise Refused(_("这份备份是 %(theirs)s 的，这里用的是 %(mine)s，恢复不了。", **kinds))


def _fetch_blobs(manifest: Manifest, folder: Path, lent: Path | None, data: Path, *, without_blobs: bool) -> None:
    """Lay the photos of a backup that left them on a shelf into the scratch place, from that shelf or from our own."""
    missing = 0
    for sha in [] if manifest.inside else manifest.blobs:
        homes = [archive.blob_path(home, sha) for home in (lent, data / "blobs") if home is not None]
        found = next((path for path in homes if path.is_file() and archive.sha_of(path) == sha), None)
        if found:
            archive.lay(found, folder / "blobs", link=True)
        missing += found is None
    if missing and not without_blobs:
        raise Refused(
            _("照片和图画缺 %(count)s 张，什么都没有改。", count=missing),
            _("用 --blobs 指出放照片的文件夹；真的没有了，就加 --without-blobs，手机里还有的会再传。"),
        )


def _append_missing(source: Path, target: Path) -> None:
    """Add to an append-only list the lines of another that it lacks, flushed."""
    if not source.exists():
        return
    there = _lines(target)
    fresh = [line for line in _lines(source) if line not in there]
    with target.open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{line}\n" for line in fresh))
    archive.flush(target)


def _lines(path: Path) -> dict[str, None]:
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return {line: None for line in text.splitlines() if line.strip()}


def _make_ready(done: Restored) -> None:
    """In the scratch place: the newest schema, a new life, and what must not come back."""
    done.problems += proof.asked(done.manifest)
    if proof.schema() != proof.newest_schema():
        db.session.rollback()
        _migrate()
    done.phones_off, done.persons_off = restored.settle()
    done.erased = erase.replay()
    done.blobs_wanted = _want_missing()
    done.epoch = epoch.renew()
    audit.record("restore", "000000", made_at=done.manifest.made_at)
    web.commit()
    done.problems = list(dict.fromkeys(done.problems + proof.journal_problems()))


def _migrate() -> None:
    try:
        flask_migrate.upgrade(directory=str(Path(config.ROOT) / "migrations"))
    except SystemExit as error:
        raise Refused(_("旧备份升级不到现在的版本，什么都没有改。")) from error


def _want_missing() -> int:
    """Photos that the database has and the shelf has not are asked of the phones again; how many."""
    stored = db.session.scalars(select(NamedBlob).where(NamedBlob.state == blobs.STORED)).all()
    gone = [row for row in stored if not shelf.path_of(row.sha256).exists()]
    for row in gone:
        row.state = blobs.WANTED
    return len(gone)


def _keep_present(data: Path) -> str:
    """A backup of what stands here now, so that a wrong restore can be taken back; "" where there is nothing."""
    try:
        name = dated(data, "before-restore")
        return make_alone(name, verify=False, shelf=data / "blobs", keep=listing.KEEP).file
    except Nothing:
        return ""
    except Unreadable:
        return store().set_aside()


def _take_files(folder: Path, data: Path, done: Restored) -> None:
    """The lists and the photos: laid down before the database that speaks of them."""
    for path in archive.blobs_in(folder / "blobs"):
        target = archive.blob_path(data / "blobs", path.name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            archive.flush(path)
            path.replace(target)
            done.blobs_back += 1
    for name in LISTS:
        _append_missing(folder / name, data / name)


def _begin_life(folder: Path, data: Path) -> None:
    """The marker of the new epoch; without it the next phone would only begin one more."""
    archive.flush(folder / MARKER)
    (folder / MARKER).replace(data / MARKER)
