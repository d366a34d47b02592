"""The file of a backup: a gzipped tar of the database, the lists kept beside it and the photos, and what it must be.

The manifest comes last and lists what was really packed, so that a file that was cut short has none. Photos lie inside
as ``blobs/<sha256>``, or, with a shelf that all backups share, only their hashes are listed. The server's secret is in
neither: of it there is a fingerprint, which tells whether phones will be recognised.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from doorknock.errors import Refused
from doorknock.words import _

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
LISTS = ("revocations.jsonl", "erasures.jsonl")
"""Append-only lists in DATA_DIR that no restore may forget."""
_BLOB = re.compile("blobs/([0-9a-f]{64})")
_BLOCK = 1024 * 1024


@dataclass
class Manifest:
    """What a backup says of itself."""

    made_at: str
    kind: str
    schema: str
    epoch: str
    key: str
    counts: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    """Name → sha256, photos aside."""
    blobs: dict[str, int] = field(default_factory=dict)
    """sha256 → bytes of every photo and drawing."""
    inside: bool = True
    """Whether the photos lie in the file."""
    format: int = FORMAT


def fingerprint(secret: str) -> str:
    """A name for the server's secret that tells nothing of it."""
    return hmac.new(secret.encode(), b"doorknock backup key", hashlib.sha256).hexdigest()[:16]


class Packer:
    """Writes an archive member by member; ``end`` adds the manifest."""

    def __init__(self, out: IO[bytes], manifest: Manifest) -> None:
        self.manifest = manifest
        self.zip = gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=1, mtime=0)
        self.tar = tarfile.open(fileobj=self.zip, mode="w|")  # noqa: SIM115  # closed by ``end``

    def add(self, name: str, path: Path) -> None:
        """Pack one file under a name."""
        self.manifest.files[name] = sha_of(path)
        self.tar.add(path, name, recursive=False)

    def blob(self, path: Path, shelf: Path | None) -> bool:
        """List one photo or drawing, and pack it or lay it on the shared shelf; False if its bytes are not its own."""
        if sha_of(path) != path.name:
            return False
        self.manifest.blobs[path.name] = path.stat().st_size
        if shelf is None:
            self.tar.add(path, f"blobs/{path.name}", recursive=False)
        else:
            lay(path, shelf)
        return True

    def end(self) -> None:
        """Write down what was packed, and close."""
        said = json.dumps(asdict(self.manifest), ensure_ascii=False).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(said)
        self.tar.addfile(entry, io.BytesIO(said))
        self.tar.close()
        self.zip.close()


def unpack(file: Path, folder: Path, *, blobs: bool) -> Manifest:
    """Unpack into a folder (photos only where asked for, all are checked); Refused for a file that isn't whole."""
    seen: dict[str, str] = {}
    manifest: Manifest | None = None
    with _reading(file) as tar:
        for entry in tar:
            if not entry.isfile() or manifest or not _expected(entry.name):
                raise ValueError(entry.name)
            source = tar.extractfile(entry)
            if source is None:
                raise ValueError(entry.name)
            if entry.name == MANIFEST:
                manifest = Manifest(**json.load(source))
            else:
                seen[entry.name] = _keep(source, _target(folder, entry.name, blobs=blobs))
        if manifest is None or not _fits(manifest, seen):
            raise ValueError(MANIFEST)
    if manifest.format != FORMAT:
        raise Refused(_("这份备份来自更新的程序，请先升级程序再恢复。"))
    return manifest


def _expected(name: str) -> bool:
    return name in (MANIFEST, DATABASE, *LISTS) or _BLOB.fullmatch(name) is not None


def _fits(manifest: Manifest, seen: dict[str, str]) -> bool:
    inside = {f"blobs/{sha}": sha for sha in manifest.blobs} if manifest.inside else {}
    return DATABASE in seen and seen == manifest.files | inside


def _target(folder: Path, name: str, *, blobs: bool) -> Path | None:
    found = _BLOB.fullmatch(name)
    if not found:
        return folder / name
    return blob_path(folder / "blobs", found[1]) if blobs else None


def _keep(source: IO[bytes], target: Path | None) -> str:
    """Copy to the target, where there is one; the hash of what came."""
    digest = hashlib.sha256()
    if target is None:
        for block in _blocks(source):
            digest.update(block)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        for block in _blocks(source):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


@contextmanager
def _reading(file: Path) -> Iterator[tarfile.TarFile]:
    """The archive as a stream, read to its very end: only there does gzip say whether a byte was altered."""
    broken = Refused(_("%(file)s 不是一份完整的备份，没有用它，什么都没有改。请换一份。", file=file))
    try:
        with gzip.open(file, "rb") as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            yield tar
            while stream.read(_BLOCK):
                pass
    except FileNotFoundError as error:
        raise Refused(_("没有这个文件：%(file)s", file=file)) from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, TypeError) as error:
        raise broken from error


def sha_of(path: Path) -> str:
    """The content hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def blob_path(shelf: Path, sha: str) -> Path:
    """Where a shelf keeps a photo: the layout of DATA_DIR/blobs."""
    return shelf / sha[:2] / sha


def blobs_in(shelf: Path) -> Iterator[Path]:
    """Every photo and drawing on a shelf, half-written ones aside."""
    return (path for path in sorted(shelf.glob("??/*")) if re.fullmatch("[0-9a-f]{64}", path.name))


def lay(path: Path, shelf: Path, *, link: bool = False) -> None:
    """Put a photo on a shelf, flushed, unless it lies there; its time there says when it was last asked for.

    A copy of its own, so that one bad sector does not spoil both; a link where the shelf is only passed through.
    """
    target = blob_path(shelf, path.name)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        if not (link and _linked(path, fresh)):
            shutil.copyfile(path, fresh)
            fresh.chmod(0o600)
            flush(fresh)
        fresh.replace(target)
    if not link:
        os.utime(target)


def _linked(path: Path, fresh: Path) -> bool:
    """Whether the same file now has a second name; not across disks."""
    try:
        os.link(path, fresh)
    except OSError:
        return False
    return True


def flush(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
