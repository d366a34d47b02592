"""The database in trouble while a batch comes in: no room, locked by another, restarted, cut off in the middle."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path

from sqlalchemy import text

from tests.databases import missing
from tests.faults.founding import POSTGRESQL, SQLITE
from tests.faults.town import CUT, Town, numbers, patiently, served, told
from tests.faults.trial import Outcome
from tests.wire.answer import Raw
from tests.wire.client import Phone
from tests.wire.lines import to_json

NAME = "disk full, database locked, restarted, connection cut in the middle"
EXPECTED = "507 or 503 with Retry-After, or the whole batch; no false receipt; reads go on; recovers alone"
GOAL, SHORT = 160, 4
BLOCK = 8
EVENTS = 60
PATIENCE = 25.0
"""A phone hangs up after 30 s: later than this nobody should be told anything."""


def run(count: int, seed: int) -> Outcome:
    """The first four kinds are SQLite's; from case 5 on PostgreSQL's are among them."""
    bad = []
    cases = sorted(range(seed, seed + count), key=lambda each: KINDS[(each - 1) % len(KINDS)][0])
    for place, seeds in groupby(cases, key=lambda each: KINDS[(each - 1) % len(KINDS)][0]):
        with _town(place) as town:
            last = 0
            for last in seeds:
                town.note(last, _case(town, random.Random(last), KINDS[(last - 1) % len(KINDS)][1]))
            town.note(last, town.unsound())
            bad += town.bad
    return Outcome(count, min(count, len(bad)), bad)


def _case(town: Town, dice: random.Random, kind: Callable[[Town, random.Random, Batch], list[str]]) -> list[str]:
    phone = town.phone()
    phone.send()
    town.visits(phone, dice, EVENTS)
    batch = Batch(phone)
    found = kind(town, dice, batch)
    batch.join()
    found += batch.judge(town)
    patiently(phone)
    return found + town.whole(phone)


class Batch:
    """One request under way in a thread of its own, and what came of it."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.came: Raw | None = None
        self.took = 0.0
        self.thread = threading.Thread(target=self._send)

    def start(self) -> None:
        self.thread.start()

    def join(self) -> None:
        self.thread.join()

    def _send(self) -> None:
        lines = [to_json(self.phone.head()), *(event.line for event in self.phone.waiting())]
        headers = {**self.phone.bearer, "Content-Type": "application/x-ndjson"}
        began = time.monotonic()
        with suppress(*CUT):
            body = b"".join(line + b"\n" for line in lines)
            self.came = self.phone.door.once("POST", "/api/v1/sync", body, headers)
        self.took = time.monotonic() - began

    def judge(self, town: Town) -> list[str]:
        """What is broken about this answer."""
        receipt = set(numbers(told(self.came, self.phone.token))) if self.came else set()
        missing = receipt - set(town.held(self.phone))
        found = [f"told as held and not there: {sorted(missing)}"] if missing else []
        if self.came is not None and not receipt:
            found += polite(self.came, "the batch")
        return found + ([f"the answer took {self.took:.0f} s"] if self.took > PATIENCE else [])


def polite(raw: Raw, what: str) -> list[str]:
    """A refusal for the time being says so, and says when to come again."""
    fits = raw.status in (503, 507) and "retry-after" in raw.headers
    return [] if fits else [f"{what}: {raw.status} {raw.headers.get('retry-after')} {raw.body[:120]!r}"]


def readable(phone: Phone) -> list[str]:
    """Reads go on."""
    raw = phone.door.once("GET", "/api/v1/devices/me", b"", phone.bearer)
    return [] if raw.status == 200 else [f"a read meanwhile: {raw.status} {raw.body[:120]!r}"]


def _full(town: Town, dice: random.Random, batch: Batch) -> list[str]:
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
    return found


def _locked(seconds: Callable[[random.Random], float]) -> Callable[[Town, random.Random, Batch], list[str]]:
    """Another program holds what a batch needs."""

    def kind(town: Town, dice: random.Random, batch: Batch) -> list[str]:
        with town.engine.connect() as other:
            if town.cluster:
                other.execute(text("SELECT * FROM grid_head FOR UPDATE"))
            batch.start()
            found = readable(batch.phone)
            batch.thread.join(seconds(dice))
            other.rollback()
        return found

    return kind


def _restarted(town: Town, dice: random.Random, batch: Batch) -> list[str]:
    """The server is restarted in order; the database, where it is a program of its own, is not."""
    batch.start()
    time.sleep(dice.uniform(0, 0.3))
    town.server.stop()
    town.server.start()
    return []


def _crashed(town: Town, dice: random.Random, batch: Batch) -> list[str]:
    """PostgreSQL ends in the middle, is away for a while and comes back."""
    assert town.cluster is not None
    batch.start()
    time.sleep(dice.uniform(0, 0.3))
    town.cluster.crash()
    batch.join()
    found = polite(batch.phone.door.once("GET", "/api/v1/devices/me", b"", batch.phone.bearer), "a read meanwhile")
    town.cluster.revive()
    return found


def _cut_off(town: Town, dice: random.Random, batch: Batch) -> list[str]:
    """PostgreSQL ends the server's connections, at any instant of the batch."""
    batch.start()
    time.sleep(dice.uniform(0, 0.3))
    town.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    batch.join()
    return readable(batch.phone)


KINDS: list[tuple[str, Callable[[Town, random.Random, Batch], list[str]]]] = [
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
