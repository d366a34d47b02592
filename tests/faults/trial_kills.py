"""SIGKILL to the server while it takes a batch in: at any instant between the request's last byte and the answer."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from functools import partial

from tests.faults.batch import Batch
from tests.faults.founding import by_database
from tests.faults.town import Town, patiently, served
from tests.faults.trial import Outcome, broken_by

NAME = "server killed in the middle of a batch, SQLite and PostgreSQL"
EXPECTED = "an event is whole or absent; a receipt only after the commit; all arrive in the end"
GOAL, SHORT, BLOCK = 2000, 60, 60
EVENTS = 12
AT_COMMIT = 0.4
"""So many of the kills come right behind the commit, which is too short a moment to be met by chance."""
TRIES = 30
"""Kills of one case: one that came after the answer is none in the middle of a batch, and another follows."""
EARLY, TORN, LATE, OVER = "before the commit", "in the middle of it", "between commit and answer", "after the answer"


def run(count: int, seed: int) -> Outcome:
    bad: list[str] = []
    met: Counter[str] = Counter()
    for database, seeds in by_database(seed, count).items():
        with served(database, options=("--preload",)) as town:
            pace = statistics.median(_unharmed(town, random.Random(n)) for n in range(3))
            for each in seeds:
                case = partial(_case, town, random.Random(each), pace, met, everything=each % 30 < 2)
                town.note(each, broken_by(case))
            town.note(seeds[-1], broken_by(town.unsound))
            bad += town.bad
    landed = {f"killed {when}": met[when] for when in (EARLY, TORN, LATE)}
    return Outcome(count, min(count, len(bad)), bad, landed | {f"more killed {OVER} and not counted": met[OVER]})


def _unharmed(town: Town, dice: random.Random) -> float:
    """How long a batch takes when nobody is killed, by a worker as new as the one that will be."""
    town.kill_workers()
    return Batch(town, dice, EVENTS).start().join().took


def _case(town: Town, dice: random.Random, pace: float, met: Counter[str], *, everything: bool) -> list[str]:
    found: list[str] = []
    for _ in range(TRIES):
        batch = Batch(town, dice, EVENTS).start()
        if dice.random() < AT_COMMIT:
            batch.until_commit()
        else:
            time.sleep(dice.uniform(0, 0.8 * pace))
        if everything:
            town.server.kill()
        else:
            town.kill_workers()
        found += judge(batch.join())
        when = _landed(batch)
        met[when] += 1
        if everything:
            town.server.start()
        patiently(batch.phone)
        found += town.whole(batch.phone)
        if when != OVER:
            return found
    return [*found, f"none of {TRIES} kills came before the answer"]


def _landed(batch: Batch) -> str:
    """When the kill came."""
    if batch.receipt:
        return OVER
    there = len(batch.town.held(batch.phone))
    return EARLY if not there else LATE if there == EVENTS else TORN


def judge(batch: Batch) -> list[str]:
    """What is broken right after the kill, whatever the phone was told."""
    return batch.town.torn(batch.phone) + batch.false_receipt()
