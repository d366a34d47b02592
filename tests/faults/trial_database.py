"""The database in trouble while a batch comes in: no room, locked by another, restarted, cut off at its commit.

A case counts only if its trouble met the batch; where the batch was quicker, another is sent. A machine of a small
office has one disk, so PostgreSQL's data, its log of changes (WAL) and the program's own files share the small one.
There two things happen. A table that cannot grow is an error of the statement, and the server goes on. But a
checkpoint that cannot be written is a PANIC: the server starts itself again, and ends for good if that fails too. So
"recovers alone" needs a supervisor that starts PostgreSQL again. Debian's own unit does not; the ledger counts how
often it was needed.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.databases import missing
from tests.faults.batch import Batch, polite
from tests.faults.cuts import (
    AT_MOST,
    EVENTS,
    SLOW_COMMIT,
    SOONER,
    Kind,
    Met,
    autocommit,
    cut_after_record,
    cut_before_record,
    cut_off,
    readable,
)  # fmt: skip
from tests.faults.founding import POSTGRESQL, SQLITE
from tests.faults.town import Town, patiently, served
from tests.faults.trial import Outcome, broken_by

NAME = "disk full, database locked, restarted, connection cut in the commit"
EXPECTED = (
    "507 or 503 with Retry-After, or the whole batch; no false receipt; reads go on while it runs; recovers alone"
)
GOAL, SHORT = 168, 4
BLOCK = 12
TRIES = 20
GIVES_UP = 1.0
"""Seconds in which PostgreSQL, on a disk that stays full, has started itself again or has not managed to."""
BY_SUPERVISOR = "times PostgreSQL had given up and was started by its supervisor"


def run(count: int, seed: int) -> Outcome:
    """The first four kinds are SQLite's; from case 5 on PostgreSQL's are among them."""
    bad: list[str] = []
    met: Counter[str] = Counter()
    cases = sorted(range(seed, seed + count), key=lambda each: _kind(each)[0])
    for place, seeds in groupby(cases, key=lambda each: _kind(each)[0]):
        with _town(place) as town:
            last = 0
            for last in seeds:
                town.note(last, broken_by(partial(_case, town, last, met)))
            town.note(last, broken_by(town.unsound))
            bad += town.bad
    return Outcome(count, min(count, len(bad)), bad, dict(sorted(met.items())))


def _kind(seed: int) -> tuple[str, str, Kind]:
    return KINDS[(seed - 1) % len(KINDS)]


def _case(town: Town, seed: int, met: Counter[str]) -> list[str]:
    dice = random.Random(seed)
    _, called, kind = _kind(seed)
    found: list[str] = []
    for missed in range(TRIES):
        batch = Batch(town, dice, EVENTS, AT_MOST * SOONER**missed)
        hit, said = kind(town, dice, batch)
        found += said + batch.join().judge()
        if town.cluster:
            town.cluster.supervise()
        patiently(batch.phone)
        found += town.whole(batch.phone)
        if hit or found:
            met[f"{called} → {batch.came.status if batch.came else 'no answer'}"] += 1
            if town.cluster and town.cluster.supervised:
                met[BY_SUPERVISOR] += town.cluster.supervised
                town.cluster.supervised = 0
            return found
    return [f"{called}: met none of {TRIES} batches"]


def _full(town: Town, dice: random.Random, batch: Batch) -> Met:
    """Not a byte is left on the disk, until somebody makes room; nothing but that batch meets it."""
    before = _life(town)
    with _ballast(town):
        batch.start()
        batch.join()
        found = readable(batch.phone)
    if _life(_recovered(town)) != before:
        return False, []  # it happened to need a new file for its log: that is the next kind, and another is sent
    status = batch.came.status if batch.came else None
    return True, found if status == 507 else [*found, f"on a full disk the batch was answered with {status}"]


def _full_for_log(town: Town, dice: random.Random, batch: Batch) -> Met:
    """PostgreSQL has to write its checkpoint or a new file of its log into no room, early or late: it dies of it."""
    before = _life(town)
    wants = dice.choice([("CHECKPOINT",), ("SELECT pg_switch_wal()", "CHECKPOINT"), ("SELECT pg_switch_wal()",)])
    with _ballast(town):
        early = dice.random() < 0.5
        if early:
            _ask_of(town, wants)
        batch.start()
        if not early:
            time.sleep(dice.uniform(0, batch.within))
            _ask_of(town, wants)
        batch.join()
        raw = batch.phone.door.once("GET", "/api/v1/devices/me", b"", batch.phone.bearer)
        found = [] if raw.status == 200 else polite(raw, "a read meanwhile")
        time.sleep(GIVES_UP)
    return _life(_recovered(town)) != before, found


def _recovered(town: Town) -> Town:
    """The same, once PostgreSQL answers again."""
    if town.cluster:
        town.cluster.supervise()
    return town


@contextmanager
def _ballast(town: Town) -> Iterator[None]:
    """Takes every byte that is free on the town's disk."""
    ballast = town.server.folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        ballast.unlink()


def _ask_of(town: Town, wants: tuple[str, ...]) -> None:
    """What PostgreSQL does by itself every few minutes or megabytes. What fails takes all connections with it."""
    for each in wants:
        with suppress(OperationalError), autocommit(town) as other:
            other.execute(text(each))


def _life(town: Town) -> int:
    """Changes when PostgreSQL has started itself again; always 0 on SQLite."""
    if town.cluster is None:
        return 0
    return int(town.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")[0][0])


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
    time.sleep(dice.uniform(0, batch.within))
    hit = batch.thread.is_alive()
    town.server.stop()
    town.server.start()
    return hit, []


def _crashed(town: Town, dice: random.Random, batch: Batch) -> Met:
    """PostgreSQL ends in the middle, at once or in order, is away for a while and comes back."""
    assert town.cluster is not None
    batch.start()
    time.sleep(dice.uniform(0, batch.within))
    hit = batch.thread.is_alive()
    town.cluster.crash(dice.choice([signal.SIGQUIT, signal.SIGINT]))
    batch.join()
    found = polite(batch.phone.door.once("GET", "/api/v1/devices/me", b"", batch.phone.bearer), "a read meanwhile")
    town.cluster.revive()
    return hit, found


DISK, CLUSTER_DISK = "a small disk", "a small disk under PostgreSQL"
KINDS: list[tuple[str, str, Kind]] = [
    (DISK, "SQLite with a full disk", _full),
    (SQLITE, "SQLite locked for a moment", _locked(lambda dice: dice.uniform(0.1, 2))),
    (SQLITE, "SQLite locked for 18 s", _locked(lambda _: 18)),
    (SQLITE, "SQLite under a restarted program", _restarted),
    (POSTGRESQL, "PostgreSQL cut off at any instant", cut_off),
    (POSTGRESQL, "PostgreSQL locked", _locked(lambda dice: dice.uniform(0.1, 18))),
    (POSTGRESQL, "PostgreSQL ended and started", _crashed),
    (POSTGRESQL, "PostgreSQL cut off in the commit before its record", cut_before_record),
    (POSTGRESQL, "PostgreSQL cut off in the commit behind its record", cut_after_record),
    (CLUSTER_DISK, "PostgreSQL with a full disk", _full),
    (CLUSTER_DISK, "PostgreSQL with no room for its log", _full_for_log),
    (POSTGRESQL, "PostgreSQL under a restarted program", _restarted),
]


@contextmanager
def _town(place: str) -> Iterator[Town]:
    if place == POSTGRESQL:
        with served(POSTGRESQL, synchronous_commit="on") as town:
            with autocommit(town) as other:
                other.exec_driver_sql(SLOW_COMMIT)
            yield town
    elif place == SQLITE:
        with served(SQLITE) as town:
            yield town
    elif place == DISK:
        with _small_disk(24) as disk, served(SQLITE, disk=disk) as town:
            yield town
    else:
        with _small_disk(192) as disk, _cluster_on(disk) as town:
            yield town


@contextmanager
def _cluster_on(disk: Path) -> Iterator[Town]:
    """PostgreSQL as in the field, but for a small disk; a checkpoint comes when the trial says so."""
    with served(
        POSTGRESQL, disk=disk, fsync="on", synchronous_commit="on", full_page_writes="on",
        min_wal_size="32MB", max_wal_size="64MB", checkpoint_timeout="1h",
    ) as town:  # fmt: skip
        yield town


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of that size that belongs to this trial alone; only root may make one."""
    with tempfile.TemporaryDirectory(prefix="doorknock-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", name]
        if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
            missing("A disk of its own, for which mounting a tmpfs needs root,")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)
