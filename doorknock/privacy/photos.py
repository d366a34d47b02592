"""Photos that nothing names any more: their entries go with the rows, their files after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from doorknock import shelf
from doorknock.campaigns.models import CommitmentText
from doorknock.db import db
from doorknock.sync import blobs
from doorknock.sync.blobs import NamedBlob


def unnamed(county: str, hashes: Iterable[str]) -> list[str]:
    """Of these photos, those that no visit names now: their entries are deleted, and their files may be."""
    return [sha for sha in blobs.unname(county, hashes) if not _is_named(sha)]


def _is_named(sha: str) -> bool:
    for column in (NamedBlob.sha256, CommitmentText.audio):
        if db.session.scalar(select(column).where(column == sha).limit(1)) is not None:
            return True
    return False


def delete_files(hashes: Iterable[str]) -> int:
    """Take these files from the shelf; how many were there."""
    gone = 0
    for sha in hashes:
        path = shelf.path_of(sha)
        gone += int(path.exists())
        path.unlink(missing_ok=True)
    return gone


def orphans() -> list[str]:
    """The files on the shelf that nothing in the database names."""
    home = Path(current_app.config["DATA_DIR"]) / "blobs"
    there = sorted(path.name for path in home.glob("*/*") if len(path.name) == 64)
    return [sha for sha in there if not _is_named(sha)]
