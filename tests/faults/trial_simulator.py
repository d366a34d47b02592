"""The simulator's seeds: real phones in Node, the real application, a virtual clock and every accident it knows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from tests import databases
from tests.databases import ROOT
from tests.faults.founding import POSTGRESQL, SQLITE, fresh
from tests.faults.trial import Outcome

NAME = "simulator: phones moved, shared, copied, switched off; households erased; clocks; old clients; restored servers"
EXPECTED = "no breach of I1–I10; erased and switched off stay so"
GOAL, SHORT, BLOCK = 20_000, 500, 100
AT_ONCE = 2
"""Parts of a block that are played side by side: each waits for its phones or for its server, never for both."""
_FAILED = re.compile(r"^seed (\d+): \d+ broken.*(?:\n  .*)*", re.MULTILINE)


def on_postgresql(seed: int) -> bool:
    """Of every 500 seeds the last 100 are played on PostgreSQL."""
    return (seed - 1) % 500 >= 400


def run(count: int, seed: int) -> Outcome:
    """A block lies on one kind of database: it is not longer than 100 and begins where one begins."""
    database = POSTGRESQL if on_postgresql(seed) else SQLITE
    with ExitStack() as ends, ThreadPoolExecutor(AT_ONCE) as pool:
        plays = [pool.submit(play, _ground(ends, database), "--seeds", seeds) for seeds in _parts(count, seed)]
        notes = [note for each in plays for note in _told(each.result())]
    return Outcome(count, min(count, len(notes)), notes)


def _parts(count: int, seed: int) -> list[str]:
    """The seeds of a block as the simulator is asked for them, in parts of about the same length."""
    edges = [seed + count * part // AT_ONCE for part in range(AT_ONCE + 1)]
    return [f"{first}-{end - 1}" for first, end in pairwise(edges) if first < end]


def _ground(ends: ExitStack, database: str) -> str:
    """The URL of a fresh database of its own."""
    folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="doorknock-simulator-"))
    url, _ = ends.enter_context(fresh(database, Path(folder)))
    return url


def _told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was broken, and how to see it again."""
    failed = list(_FAILED.finditer(done.stdout))
    notes = [found[0] + f"\nagain: python -m tests.faults.ledger --again simulator {found[1]}" for found in failed]
    if done.returncode and not failed:
        notes.append(f"the simulator itself failed: {done.stdout[-2000:]}")
    return notes


def play(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the simulator on an empty migrated database."""
    node = shutil.which("node") or databases.missing("Node")
    command = [node, "tests/faults/run.mjs", "--database", database_url, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHON": sys.executable}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=3600,
    )  # fmt: skip
