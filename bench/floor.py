"""The floor under ingest: bare rows like those that phones send, written as fast and as durably as the database can.

Twelve columns with the whole event's JSON, a key and two indexes; fifty rows a transaction, each transaction on the
disk before the next begins; one connection, prepared rows, Python. README.md of this folder says why.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import psycopg

from doorknock.db import new_id

NAMES = (
    "id", "county", "device_id", "worker_id", "n", "kind", "at", "place_id", "campaign_id", "outcome", "sha", "body",
)  # fmt: skip
INDEXES = (
    "CREATE INDEX bare_place ON bare (county, place_id)",
    "CREATE INDEX bare_event ON bare (county, device_id, n)",
)
Row = tuple[Any, ...]


class Floor(Protocol):
    """Somewhere to write bare rows to."""

    def write(self, rows: list[Row]) -> None:
        """These rows, in one durable transaction."""


class Sqlite:
    """A file of its own beside the server's, with the server's own pragmas."""

    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "bare.db")
        self.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        self.connection.execute(f"CREATE TABLE bare ({NAMES[0]} TEXT PRIMARY KEY, {', '.join(NAMES[1:])})")
        for index in INDEXES:
            self.connection.execute(index)
        self.insert = f"INSERT INTO bare VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608

    def write(self, rows: list[Row]) -> None:
        """These rows, in one durable transaction."""
        with self.connection:
            self.connection.executemany(self.insert, rows)


class Postgresql:
    """A database of its own in the server's cluster; the body as jsonb."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url.replace("+psycopg", ""))
        columns = ", ".join(f"{name} text" for name in NAMES[1:-1])
        self.connection.execute(f"CREATE TABLE bare (id text PRIMARY KEY, {columns}, body jsonb)")
        for index in INDEXES:
            self.connection.execute(index)
        self.connection.commit()
        self.insert = f"INSERT INTO bare VALUES ({', '.join(['%s'] * len(NAMES))})"  # noqa: S608

    def write(self, rows: list[Row]) -> None:
        """These rows, in one durable transaction."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(self.insert, rows)


def rows_of(lines: list[bytes]) -> list[Row]:
    """A bare row of each line, under a fresh id."""
    found = []
    for line in lines:
        said = json.loads(line)
        body = said["body"]
        found.append((
            new_id(), "990102", "one phone", "one worker", str(said["n"]), said["kind"], said["at"], body["place_id"],
            body["campaign_id"], body["outcome"], said["prev"], line.decode(),
        ))  # fmt: skip
    return found


def write(floor: Floor, rows: list[Row], batch: int) -> None:
    """All rows, so many a transaction."""
    left: Iterator[Row] = iter(rows)
    while part := list(islice(left, batch)):
        floor.write(part)
