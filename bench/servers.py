"""Databases as they are run in earnest, each in a temporary folder, gone with the measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Cluster, binaries

STOCK = {"listen_addresses": ""}
"""PostgreSQL as it comes, which is durable: fsync and synchronous_commit are on."""


@contextmanager
def sqlite() -> Iterator[tuple[str, Path]]:
    """(URL of a database that is not there yet, folder)."""
    with tempfile.TemporaryDirectory(prefix="doorknock-bench-") as name:
        yield f"sqlite:///{Path(name) / 'bench.db'}", Path(name)


@contextmanager
def postgresql() -> Iterator[tuple[Cluster, Path]]:
    """(A running cluster, folder)."""
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is missing; `make setup` as root installs it")
    with tempfile.TemporaryDirectory(prefix="doorknock-bench-") as name:
        cluster = Cluster.start(programs, STOCK)
        try:
            yield cluster, Path(name)
        finally:
            cluster.stop()


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path]]:
    """(URL, folder) of an empty database of this kind."""
    if kind == "SQLite":
        with sqlite() as found:
            yield found
    else:
        with postgresql() as (cluster, folder):
            yield cluster.create("bench"), folder
