"""Three phones, one village, every kind of accident: the promises of sync.md §2 hold for each seed.

One seed again, with all that happened: ``node tests/faults/run.mjs --seed 17 --verbose``; many more of them:
``node tests/faults/run.mjs --seeds 1-5000``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.databases import ROOT, missing

BLOCKS = 10
A_BLOCK = {"sqlite": 10, "postgresql": 1}
"""Seeds of one test: 100 in all on SQLite, 10 on PostgreSQL."""


def play(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the simulator on an empty migrated database."""
    node = shutil.which("node") or missing("Node")
    command = [node, "tests/faults/run.mjs", "--database", database_url, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHON": sys.executable}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
    )  # fmt: skip


def test_each_check_sees_what_was_planted_for_it(database_url: str) -> None:
    done = play(database_url, "--planted")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_is_lost_or_counted_twice(block: int, database_url: str, pytestconfig: pytest.Config) -> None:
    many = A_BLOCK[str(pytestconfig.getoption("--database"))]
    first = 1 + block * many
    done = play(database_url, "--seeds", f"{first}-{first + many - 1}")
    assert done.returncode == 0, done.stdout
