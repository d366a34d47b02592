"""The simulator's seeds: real phones in Node, the real application, a virtual clock and every accident it knows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import databases
from tests.databases import ROOT
from tests.faults.founding import POSTGRESQL, SQLITE, fresh
from tests.faults.trial import Outcome

NAME = "simulator: phones moved, shared, copied, switched off; households erased; clocks; old clients; restored servers"
EXPECTED = "no breach of I1–I10; erased and switched off stay so"
GOAL, SHORT, BLOCK = 20_000, 500, 50
_FAILED = re.compile(r"^seed (\d+): \d+ broken.*(?:\n  .*)*", re.MULTILINE)


def on_postgresql(seed: int) -> bool:
    """Of every 250 seeds the last 50 are played on PostgreSQL."""
    return (seed - 1) % 250 >= 200


def run(count: int, seed: int) -> Outcome:
    """A block lies on one database: it is not longer than 50 and begins where one begins."""
    database = POSTGRESQL if on_postgresql(seed) else SQLITE
    with tempfile.TemporaryDirectory(prefix="doorknock-simulator-") as name, fresh(database, Path(name)) as (url, _):
        done = play(url, "--seeds", f"{seed}-{seed + count - 1}")
    failed = list(_FAILED.finditer(done.stdout))
    notes = [found[0] + f"\nagain: python -m tests.faults.ledger --again simulator {found[1]}" for found in failed]
    if done.returncode and not failed:
        notes.append(f"the simulator itself failed: {done.stdout[-2000:]}")
    return Outcome(count, min(count, len(notes)), notes)


def play(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the simulator on an empty migrated database."""
    node = shutil.which("node") or databases.missing("Node")
    command = [node, "tests/faults/run.mjs", "--database", database_url, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHON": sys.executable}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=3600,
    )  # fmt: skip
