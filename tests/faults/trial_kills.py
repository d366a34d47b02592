"""SIGKILL to the server while it takes a batch in, at a random instant from the first byte to well after the answer."""

from __future__ import annotations

import random
import statistics
import threading
import time
from contextlib import suppress

from tests.faults.founding import by_database
from tests.faults.town import CUT, Town, numbers, patiently, served, told
from tests.faults.trial import Outcome
from tests.wire.answer import Raw
from tests.wire.client import Phone
from tests.wire.lines import to_json

NAME = "server killed in the middle of a batch, SQLite and PostgreSQL"
EXPECTED = "an event is whole or absent; a receipt only after the commit; all arrive in the end"
GOAL, SHORT, BLOCK = 2000, 60, 60
EVENTS = 30


def run(count: int, seed: int) -> Outcome:
    bad, met = [], {"before the commit": 0, "between commit and answer": 0, "after the answer": 0}
    for database, seeds in by_database(seed, count).items():
        with served(database, options=("--preload",)) as town:
            pace = statistics.median(_unharmed(town, random.Random(n)) for n in range(3))
            for each in seeds:
                town.note(each, _case(town, random.Random(each), pace, met, everything=each % 20 < 2))
            town.note(seeds[-1], town.unsound())
            bad += town.bad
    return Outcome(
        count,
        min(count, len(bad)),
        [*bad, f"from seed {seed}: " + ", ".join(f"{n} killed {w}" for w, n in met.items())],
    )


def _unharmed(town: Town, dice: random.Random) -> float:
    """How long a batch takes when nobody is killed."""
    phone = town.phone()
    town.visits(phone, dice, EVENTS)
    began = time.monotonic()
    phone.send(phone.waiting())
    return time.monotonic() - began


def _case(town: Town, dice: random.Random, pace: float, met: dict[str, int], *, everything: bool) -> list[str]:
    phone = town.phone()
    town.visits(phone, dice, EVENTS)
    came: list[Raw] = []
    sending = threading.Thread(target=_send, args=(phone, came))
    sending.start()
    time.sleep(dice.uniform(0, 1.2 * pace))
    if everything:
        town.server.kill()
    else:
        town.kill_workers()
    sending.join()
    found = judge(town, phone, came[0] if came else None)
    acknowledged = bool(came and numbers(told(came[0], phone.token)))
    there = bool(town.held(phone))
    met["after the answer" if acknowledged else "between commit and answer" if there else "before the commit"] += 1
    if everything:
        town.server.start()
    patiently(phone)
    return found + town.whole(phone)


def judge(town: Town, phone: Phone, came: Raw | None) -> list[str]:
    """What is broken right after the kill, whatever the phone was told."""
    receipt = numbers(told(came, phone.token)) if came else []
    there = set(town.held(phone))
    lost = [n for n in receipt if n not in there]
    return town.torn(phone) + ([f"told as held and not there: {lost}"] if lost else [])


def _send(phone: Phone, came: list[Raw]) -> None:
    lines = [to_json(phone.head()), *(event.line for event in phone.waiting())]
    headers = {**phone.bearer, "Content-Type": "application/x-ndjson"}
    with suppress(*CUT):  # nothing was told
        came.append(phone.door.once("POST", "/api/v1/sync", b"".join(line + b"\n" for line in lines), headers))
