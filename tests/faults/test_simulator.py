"""The simulator's own checks can fail; its seeds are played by trial_simulator.

One seed again, with all that happened: ``node tests/faults/run.mjs --seed 17 --verbose``.
"""

from __future__ import annotations

from tests.faults.trial_simulator import play


def test_each_check_sees_what_was_planted_for_it(database_url: str) -> None:
    done = play(database_url, "--planted")
    assert done.returncode == 0, done.stdout
