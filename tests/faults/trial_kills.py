"""SIGKILL to the server while it takes a batch in: at any instant between the request's last byte and the answer."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import Counter
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
                town.note(each, _case(town, random.Random(each), pace, met, everything=each % 30 < 2))
            town.note(seeds[-1], town.unsound())
            bad += town.bad
    landed = ", ".join(f"{met[when]} {when}" for when in (EARLY, TORN, LATE))
    return Outcome(
        count, min(count, len(bad)), [*bad, f"from seed {seed}: {landed}; {met[OVER]} more {OVER}, not counted"]
    )


def _unharmed(town: Town, dice: random.Random) -> float:
    """How long a batch takes when nobody is killed, by a worker as new as the one that will be."""
    town.kill_workers()
    sending = Sending(town, dice)
    sending.join()
    return sending.took


def _case(town: Town, dice: random.Random, pace: float, met: Counter[str], *, everything: bool) -> list[str]:
    found: list[str] = []
    for _ in range(TRIES):
        sending = Sending(town, dice)
        if dice.random() < AT_COMMIT:
            sending.until_commit(town)
        else:
            time.sleep(dice.uniform(0, pace))
        if everything:
            town.server.kill()
        else:
            town.kill_workers()
        sending.join()
        found += judge(town, sending.phone, sending.came)
        when = _landed(town, sending)
        met[when] += 1
        if everything:
            town.server.start()
        patiently(sending.phone)
        found += town.whole(sending.phone)
        if when != OVER:
            return found
    return [*found, f"none of {TRIES} kills came before the answer"]


class Sending:
    """A batch on its way to the server; it begins once every byte of it is out."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self.phone = town.abreast()
        town.visits(self.phone, dice, EVENTS)
        self.came: Raw | None = None
        self.began, self.took = time.monotonic(), 0.0
        self.out = threading.Event()
        self.thread = threading.Thread(target=self._send)
        self.thread.start()
        self.out.wait()

    def until_commit(self, town: Town) -> None:
        """Returns as soon as something of the batch can be read, or once all is over."""
        while self.thread.is_alive() and not town.held(self.phone):
            time.sleep(0.001)

    def join(self) -> None:
        self.thread.join()

    def _send(self) -> None:
        lines = [to_json(self.phone.head()), *(event.line for event in self.phone.waiting())]
        headers = {**self.phone.bearer, "Content-Type": "application/x-ndjson"}
        body = b"".join(line + b"\n" for line in lines)
        with suppress(*CUT):  # nothing was told
            self.came = self.phone.door.once("POST", "/api/v1/sync", body, headers, sent=self._sent)
        self.took = time.monotonic() - self.began
        self.out.set()  # also where nobody listened

    def _sent(self) -> None:
        self.began = time.monotonic()
        self.out.set()


def _landed(town: Town, sending: Sending) -> str:
    """When the kill came."""
    if sending.came is not None and numbers(told(sending.came, sending.phone.token)):
        return OVER
    there = len(town.held(sending.phone))
    return EARLY if not there else LATE if there == EVENTS else TORN


def judge(town: Town, phone: Phone, came: Raw | None) -> list[str]:
    """What is broken right after the kill, whatever the phone was told."""
    receipt = numbers(told(came, phone.token)) if came else []
    there = set(town.held(phone))
    lost = [n for n in receipt if n not in there]
    return town.torn(phone) + ([f"told as held and not there: {lost}"] if lost else [])
