"""Making a backup: a copy of one instant, its photos, the lists beside it; then the proof; then a name."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, count
from pathlib import Path

from flask import current_app

from doorknock import clock
from doorknock.backup import archive, listing, proof
from doorknock.backup.archive import DATABASE, LISTS, Manifest, Packer
from doorknock.backup.listing import Listed
from doorknock.backup.plainly import plainly
from doorknock.backup.snapshot import Store, store_of
from doorknock.errors import Refused
from doorknock.sync import covering
from doorknock.words import _, lazy

FULL = lazy("磁盘满了，备份没有做成，也没有留下半份文件。请腾出地方再做。")


@dataclass
class Made:
    """A backup that was made."""

    file: str
    bytes: int
    manifest: Manifest
    verified: bool = False
    problems: list[str] = field(default_factory=list)
    damaged: int = 0
    """Photos whose bytes on our own disk are no longer their own; they were left out."""
    covered: int = 0
    removed: list[str] = field(default_factory=list)


def store() -> Store:
    """The running application's database."""
    return store_of(str(current_app.config["SQLALCHEMY_DATABASE_URI"]))


def dated(folder: Path, word: str) -> Path:
    """A name in this folder that says when, and that no file has yet."""
    name = f"{word}-{clock.now().astimezone(clock.SHANGHAI):%Y%m%d-%H%M%S}"
    names = (folder / f"{name}{more}.backup" for more in chain([""], (f"-{n}" for n in count(2))))
    return next(path for path in names if not path.exists())


def make(file: Path, *, verify: bool, shelf: Path | None = None, keep: timedelta = listing.KEEP) -> Made:
    """Make a backup; a file of that name is replaced only by a verified one. Refused leaves nothing."""
    with listing.alone():
        return make_alone(file, verify=verify, shelf=shelf, keep=keep)


def make_alone(file: Path, *, verify: bool, shelf: Path | None, keep: timedelta) -> Made:
    """The same for who has made sure already to be the only one."""
    if file.is_dir():
        file = dated(file, "doorknock")
    if file.exists() and not verify:
        raise Refused(_("已经有 %(file)s 了。没有验证过的备份不盖掉旧的，请换一个名字，或者加 --verify。", file=file))
    with plainly(str(FULL)), proof.scratch_folder(_folder(file)) as folder:
        made, fresh = _write(file, folder, shelf)
        found = proof.prove(store(), fresh, shelf) if verify else None
        if found is not None:
            made.problems, made.verified = found.problems, not found.problems
        if made.problems and file.exists():
            made.file += ".unverified"
        fresh.chmod(0o600)  # names and telephone numbers lie in it
        fresh.replace(made.file)
        archive.flush(Path(made.file).parent)
        listing.note(Listed(made.file, made.manifest.made_at, made.verified))
        if found is not None and made.verified:
            made.covered = covering.advance(made.manifest.epoch, found.held)
            made.removed = _tidy(shelf, keep)
    return made


def _tidy(shelf: Path | None, keep: timedelta) -> list[str]:
    if shelf is not None:
        listing.prune_old(archive.blobs_in(shelf), keep)
    return listing.prune_old(store().aside(), keep) + listing.prune(keep)


def _folder(file: Path) -> Path:
    if not file.parent.is_dir():
        raise Refused(_("没有这个文件夹：%(folder)s", folder=file.parent))
    return file.parent


def _write(file: Path, folder: Path, shelf: Path | None) -> tuple[Made, Path]:
    """The archive under a passing name, flushed."""
    made_at = clock.now().isoformat()
    taken = store().take(folder / DATABASE)
    manifest = Manifest(
        made_at=made_at, kind=store().kind, schema=taken.schema, epoch=taken.epoch, counts=taken.counts,
        inside=shelf is None, key=archive.fingerprint(str(current_app.config["SECRET_KEY"])),
    )  # fmt: skip
    fresh = folder / "backup"
    with fresh.open("wb") as out:
        damaged = _pack(Packer(out, manifest), folder, shelf)
    archive.flush(fresh)
    return Made(str(file.absolute()), fresh.stat().st_size, manifest, damaged=damaged), fresh


def _pack(packer: Packer, folder: Path, shelf: Path | None) -> int:
    data = Path(current_app.config["DATA_DIR"])
    packer.add(DATABASE, folder / DATABASE)
    for name in LISTS:
        if (data / name).exists():
            packer.add(name, Path(shutil.copyfile(data / name, folder / name)))
    bad = [path for path in archive.blobs_in(data / "blobs") if not packer.blob(path, shelf)]
    packer.end()
    return len(bad)
