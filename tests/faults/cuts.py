"""Connections of PostgreSQL that end in the middle of a batch: at any instant, and on either side of its commit."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from tests.faults.batch import Batch
from tests.faults.town import Town
from tests.wire.client import Phone

EVENTS = 60
"""In a batch."""
AT_MOST = 0.3
"""Seconds into a batch at which a server goes away."""
SOONER = 0.8
"""A batch that was over by then is followed by another, into which it goes away sooner by this factor."""
GATE = 11_071_104
"""The advisory lock at which a commit waits, so that it can be cut off there."""
Met = tuple[bool, list[str]]
"""Whether the trouble met the batch, and what it broke."""
Kind = Callable[[Town, random.Random, Batch], Met]


def readable(phone: Phone) -> list[str]:
    """Reads go on."""
    raw = phone.door.once("GET", "/api/v1/devices/me", b"", phone.bearer)
    return [] if raw.status == 200 else [f"a read meanwhile: {raw.status} {raw.body[:120]!r}"]


@contextmanager
def autocommit(town: Town) -> Iterator[Connection]:
    """A connection whose statements are no part of a transaction."""
    with town.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        yield other


def cut_off(town: Town, dice: random.Random, batch: Batch) -> Met:
    """PostgreSQL ends the server's connections, at any instant of the batch."""
    batch.start()
    time.sleep(dice.uniform(0, batch.within))
    ended = town.ask(_END_ACTIVE)
    hit = batch.thread.is_alive() and bool(ended)
    batch.join()
    return hit, readable(batch.phone)


def cut_before_record(town: Town, dice: random.Random, batch: Batch) -> Met:
    """The commit was asked for and its checks run, but nothing of it is written yet: the batch is undone."""
    with town.engine.connect() as gate:
        gate.execute(text("SELECT pg_advisory_lock(:gate)"), {"gate": GATE})
        batch.start()
        ended = _end_in_commit(town, batch, "advisory")
        early = bool(town.held(batch.phone))
    return ended, _after_cut(batch, ["it can be read and was not committed"] if early else [])


def cut_after_record(town: Town, dice: random.Random, batch: Batch) -> Met:
    """The commit is written, but PostgreSQL has not told the server yet: an error, and the batch is there all the same.

    It waits for a copy on another machine that never comes; a connection ended there leaves what was committed.
    """
    with _lonely(town):
        batch.start()
        ended = _end_in_commit(town, batch, "SyncRep")
        there = _soon(lambda: len(town.held(batch.phone)) == EVENTS)
    return ended and there, _after_cut(batch, [])


def _after_cut(batch: Batch, found: list[str]) -> list[str]:
    batch.join()
    return found + readable(batch.phone)


def _end_in_commit(town: Town, batch: Batch, where: str) -> bool:
    """Ends the connection that waits in its COMMIT; False if the batch was over without one."""

    def ended() -> bool:
        return bool(town.ask(_END_IN_COMMIT, where=where)) or not batch.thread.is_alive()

    return _soon(ended) and batch.thread.is_alive()


def _soon(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something came to hold within that time."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.002)
    return True


@contextmanager
def _lonely(town: Town) -> Iterator[None]:
    """From its next breath on PostgreSQL waits in every commit for a standby; afterwards no longer."""
    with autocommit(town) as other:
        other.execute(text("ALTER SYSTEM SET synchronous_standby_names = 'nobody'"))
        other.execute(text("SELECT pg_reload_conf()"))
        time.sleep(0.1)  # the process that tells the others is told by a signal
        try:
            yield
        finally:
            other.execute(text("ALTER SYSTEM RESET synchronous_standby_names"))
            other.execute(text("SELECT pg_reload_conf()"))


_END_ACTIVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
_END_IN_COMMIT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND query ILIKE 'commit%' AND wait_event = :where
"""
SLOW_COMMIT = f"""
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_gate AFTER INSERT ON journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate();
"""
"""Whoever committed lines of the journal waits while the trial holds the gate; nobody else does."""
