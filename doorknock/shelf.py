"""The shelf: files by content hash in DATA_DIR/blobs. A file never changes; writing it again changes nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flask import current_app

from doorknock.db import new_id


def path_of(sha: str) -> Path:
    """Where a file of this hash lies."""
    return Path(current_app.config["DATA_DIR"]) / "blobs" / sha[:2] / sha


def put(data: bytes) -> str:
    """Keep these bytes, flushed to the disk; the answer is their hash."""
    sha = hashlib.sha256(data).hexdigest()
    path = path_of(sha)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{sha}.{new_id()}")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return sha


def read(sha: str) -> bytes | None:
    """The bytes of this hash, or None where they never came."""
    path = path_of(sha)
    return path.read_bytes() if path.is_file() else None
