"""The queue of SQLite's writers.

SQLite lets one connection write at a time and has no queue for the others: each sleeps, longer every time, and asks
again, so under load the file lies idle while all sleep, and who came first may come last. Here writers wait in line:
the threads of a process at a lock, one thread of each process at a file. It is a courtesy, not a guarantee: whoever
waits too long goes on to SQLite's own lock, which alone says who may write.
"""

from __future__ import annotations

import fcntl
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO

PATIENCE = 15.0
"""Seconds; as long as SQLite itself is told to wait."""
SHORT = 0.0003
"""Seconds between two looks at the file, by one thread of each process."""
_locks: dict[str, Lock] = defaultdict(Lock)
_turns: dict[str, Lock] = defaultdict(Lock)


class Gate:
    """One writer's place in the queue of a database file; ``leave`` once the transaction is over."""

    def __init__(self, database: str) -> None:
        self.lock = _locks[database]
        self.path = Path(f"{database}-queue")
        self.file: IO[bytes] | None = None
        until = time.monotonic() + PATIENCE
        self.inside = self.lock.acquire(timeout=PATIENCE)
        if self.inside:
            self._wait(until)

    def _wait(self, until: float) -> None:
        try:
            self.file = self.path.open("ab")
            while True:
                try:
                    return fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > until:
                        return None
                    time.sleep(SHORT)
        except OSError:  # a folder that cannot be written, a full disk: SQLite says it better
            return None

    def leave(self) -> None:
        """Let the next one in; may be called again."""
        if self.file is not None:
            self.file.close()
            self.file = None
        if self.inside:
            self.inside = False
            self.lock.release()


@contextmanager
def turn(database: str) -> Iterator[None]:
    """One thread of this process at a time, for work that writes and then computes a while.

    The writer gives up the interpreter at each of its statements, and a thread that only computes keeps it for a
    millisecond each time: side by side, the one that holds everybody's lock would take twice as long.
    """
    mine = _turns[database].acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            _turns[database].release()
