"""The database in trouble while a batch comes in: no room, locked by another, restarted, cut off in the middle.

A case counts only if its trouble met the batch; where the batch was quicker, another is sent.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from pathlib import Path

from sqlalchemy import text

from tests.databases import missing
from tests.faults.batch import Batch, polite
from tests.faults.founding import POSTGRESQL, SQLITE
from tests.faults.town import Town, patiently, served
from tests.faults.trial import Outcome
from tests.wire.client import Phone

NAME = "disk full, database locked, restarted, connection cut in the middle"
EXPECTED = "507 or 503 with Retry-After, or the whole batch; no false receipt; reads go on; recovers alone"
GOAL, SHORT = 160, 4
BLOCK = 8
EVENTS = 60
TRIES = 20
AT_MOST = 0.3
"""Seconds into a batch at which a server goes away; it is over sooner now and then, and then tried again."""


def run(count: int, seed: int) -> Outcome:
    """The first four kinds are SQLite's; from case 5 on PostgreSQL's are among them."""
    bad: list[str] = []
    met: Counter[str] = Counter()
    cases = sorted(range(seed, seed + count), key=lambda each: KINDS[(each - 1) % len(KINDS)][0])
    for place, seeds in groupby(cases, key=lambda each: KINDS[(each - 1) % len(KINDS)][0]):
        with _town(place) as town:
            last = 0
            for last in seeds:
                town.note(last, _case(town, random.Random(last), KINDS[(last - 1) % len(KINDS)][1], met))
            town.note(last, town.unsound())
            bad += town.bad
    answers = ", ".join(f"{n} {said}" for said, n in sorted(met.items()))
    return Outcome(count, min(count, len(bad)), [*bad, f"from seed {seed} the batches were answered: {answers}"])


def _case(town: Town, dice: random.Random, kind: Kind, met: Counter[str]) -> list[str]:
    found: list[str] = []
    for _ in range(TRIES):
        batch = Batch(town, dice, EVENTS)
        hit, said = kind(town, dice, batch)
        found += said + batch.join().judge()
        patiently(batch.phone)
        found += town.whole(batch.phone)
        if hit or found:
            met[str(batch.came.status) if batch.came else "not at all"] += 1
            return found
    return [f"{kind.__name__} met none of {TRIES} batches"]


Met = tuple[bool, list[str]]
"""Whether the trouble met the batch, and what it broke."""
Kind = Callable[[Town, random.Random, Batch], Met]


def readable(phone: Phone) -> list[str]:
    """Reads go on."""
    raw = phone.door.once("GET", "/api/v1/devices/me", b"", phone.bearer)
    return [] if raw.status == 200 else [f"a read meanwhile: {raw.status} {raw.body[:120]!r}"]


def _full(town: Town, dice: random.Random, batch: Batch) -> Met:
    """Not a byte is left on the disk, until somebody makes room."""
    ballast = town.server.folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    batch.start()
    batch.join()
    found = readable(batch.phone)
    ballast.unlink()
    status = batch.came.status if batch.came else None
    return True, found if status == 507 else [*found, f"on a full disk the batch was answered with {status}"]


def _locked(seconds: Callable[[random.Random], float]) -> Kind:
    """Another program holds what a batch needs."""

    def locked(town: Town, dice: random.Random, batch: Batch) -> Met:
        with _holding(town):
            batch.start()
            found = readable(batch.phone)
            batch.thread.join(seconds(dice))
            early = bool(batch.receipt)
        return True, [*found, "it was acknowledged while another held the lock"] if early else found

    return locked


@contextmanager
def _holding(town: Town) -> Iterator[None]:
    """A writer who knows nothing of our queues: a shell, a backup."""
    if town.cluster:
        with town.engine.connect() as other:
            other.execute(text("SELECT * FROM grid_head FOR UPDATE"))
            yield
            other.rollback()
        return
    with closing(sqlite3.connect(town.engine.url.database or "", isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        yield
        file.execute("ROLLBACK")


def _restarted(town: Town, dice: random.Random, batch: Batch) -> Met:
    """The server is restarted in order; the database, where it is a program of its own, is not."""
    batch.start()
    time.sleep(dice.uniform(0, AT_MOST))
    hit = batch.thread.is_alive()
    town.server.stop()
    town.server.start()
    return hit, []


def _crashed(town: Town, dice: random.Random, batch: Batch) -> Met:
    """PostgreSQL ends in the middle, is away for a while and comes back."""
    assert town.cluster is not None
    batch.start()
    time.sleep(dice.uniform(0, AT_MOST))
    hit = batch.thread.is_alive()
    town.cluster.crash()
    batch.join()
    found = polite(batch.phone.door.once("GET", "/api/v1/devices/me", b"", batch.phone.bearer), "a read meanwhile")
    town.cluster.revive()
    return hit, found


def _cut_off(town: Town, dice: random.Random, batch: Batch) -> Met:
    """PostgreSQL ends the server's connections, at any instant of the batch."""
    batch.start()
    time.sleep(dice.uniform(0, AT_MOST))
    ended = town.ask(_END_ACTIVE)
    hit = batch.thread.is_alive() and bool(ended)
    batch.join()
    return hit, readable(batch.phone)


_END_ACTIVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
KINDS: list[tuple[str, Kind]] = [
    ("disk", _full), (SQLITE, _locked(lambda dice: dice.uniform(0.1, 2))), (SQLITE, _locked(lambda _: 18)),
    (SQLITE, _restarted), (POSTGRESQL, _cut_off), (POSTGRESQL, _locked(lambda dice: dice.uniform(0.1, 18))),
    (POSTGRESQL, _crashed), (POSTGRESQL, _cut_off),
]  # fmt: skip


@contextmanager
def _town(place: str) -> Iterator[Town]:
    if place == POSTGRESQL:
        with served(POSTGRESQL, synchronous_commit="on") as town:
            yield town
    elif place == SQLITE:
        with served(SQLITE) as town:
            yield town
    else:
        with _small_disk() as disk, served(SQLITE, disk=disk) as town:
            yield town


@contextmanager
def _small_disk() -> Iterator[Path]:
    """A disk of 24 MB that belongs to this trial alone; only root may make one."""
    with tempfile.TemporaryDirectory(prefix="doorknock-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", name]
        if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
            missing("A disk of its own, for which mounting a tmpfs needs root,")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)
