"""The phone's own core, run by Node, on a line that trials may spoil; and what it must never say."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.databases import ROOT, missing
from tests.faults.road import Road, Spoil
from tests.faults.town import OUTCOMES, Town
from tests.wire.client import Phone
from tests.wire.lines import rfc3339

Json = dict[str, Any]
A_PHONE = 25
"""Cases before another phone takes over: what a phone looks through for each of them grows."""
IDLE_MS = 1500
"""How long a phone waits for more on a spoilt line; in a worker's hand it is 30 s."""


@dataclass
class Pocket:
    """One phone, its town and its road."""

    town: Town
    road: Road
    process: subprocess.Popen[str]
    twin: Phone
    """The same enrolment in Python: it reads what the server holds of it."""
    met: Counter[str] = field(default_factory=Counter)
    """How the spoilt rounds ended."""

    def do(self, op: str, **more: object) -> Any:
        """What the phone answers to one request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"op": op, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the phone went away; its last words are above"
        return json.loads(line)

    def enrol(self) -> None:
        """A fresh phone, with the roster on it."""
        self.twin = self.town.phone()
        worker = {"id": "worker", "name": "赵建", "username": "zhaojian", "grids": []}
        self.do("enrol", identity={"device_id": self.twin.device_id, "token": self.twin.token, "worker": worker})
        assert self.round()["outcome"] == "ok"

    def save(self, dice: random.Random, count: int) -> Json:
        """Visits to random doors; what the phone shows then."""
        bodies = [
            {"place_id": dice.choice(self.town.places), "outcome": dice.choice(OUTCOMES), "note": f"第{i}次",
             "visited_at": rfc3339(self.twin.now())}
            for i in range(count)
        ]  # fmt: skip
        shown: Json = self.do("save", bodies=bodies)
        return shown

    def round(self, spoil: Spoil | None = None, **more: object) -> Json:
        """One round, on a clean line or on a spoilt one; its outcome and what the phone shows then."""
        self.road.spoil = spoil
        if spoil:
            more = {"idleMs": IDLE_MS} | more
        shown: Json = self.do("round", base=self.road.url, **more)
        self.road.quiet()
        self.road.spoil = None
        return shown

    def held(self) -> list[int]:
        """What the journal has of this enrolment."""
        return self.town.held(self.twin)

    def unequal(self) -> list[str]:
        """Rows of this phone that are not those of a pull from nothing."""
        mine = {(row["kind"], row["id"]): row["data"] for row in self.do("rows")}
        fresh = {key: row.data for key, row in self.twin.fresh().rows.items() if row.grid}
        apart = [key for key in mine.keys() | fresh.keys() if mine.get(key) != fresh.get(key)]
        return [f"I4 rows differ: {apart[:5]}"] if apart else []


def play(pocket: Pocket, seeds: range, spoil: Callable[[int], Spoil], may_pass: Callable[[int, bytes], bool]) -> None:
    """One case a seed, noted with the town. ``may_pass(seed, answer as it arrived)``: the round may count as done."""
    town = pocket.town
    for place, each in enumerate(seeds):
        if place and place % A_PHONE == 0:
            town.note(each - 1, pocket.unequal())
            pocket.enrol()
        found, outcome = case(pocket, random.Random(each), spoil(each))
        if outcome == "ok" and not may_pass(each, pocket.road.told):
            found.append("the spoilt round counts as done")
        town.note(each, found)
    town.note(seeds[-1], pocket.unequal() + town.unsound())


def case(pocket: Pocket, dice: random.Random, spoil: Spoil) -> tuple[list[str], str]:
    """Visits are saved, a round is spoilt, a clean one follows: what is broken, and how the spoilt round ended."""
    saved, before = pocket.save(dice, dice.randint(1, 3)), pocket.road.spoilt
    after = pocket.round(spoil)
    pocket.met[after["outcome"]] += 1
    found = judge(saved, after, pocket.held()) + pocket.town.torn(pocket.twin)
    if pocket.road.spoilt == before:
        found.append("nothing was spoilt")
    healed = pocket.round()
    if (healed["outcome"], healed["waiting"]) != ("ok", 0):
        found.append(f"after a clean round {healed['outcome']}, {healed['waiting']} wait")
    return found + judge(after, healed, pocket.held()) + pocket.town.torn(pocket.twin), after["outcome"]


def ended(pocket: Pocket, seed: int) -> str:
    """How the spoilt rounds of a block ended, for the ledger."""
    said = ", ".join(f"{n} {outcome}" for outcome, n in pocket.met.most_common())
    return f"from seed {seed} the spoilt rounds ended: {said}"


def judge(before: Json, after: Json, journal: list[int]) -> list[str]:
    """What a phone may show after a round, given what it showed before and what the server really has."""
    told = [n for first, last in after["told"] for n in range(first, last + 1)]
    found = [f"I8 told as held and not there: {n}" for n in told if n not in journal]
    if after["held"] > len(journal):
        found.append(f"I8 服务器已收 {after['held']}, the journal has {len(journal)}")
    lost = set(before["unsent"]) - set(after["unsent"]) - set(journal)
    if lost:
        found.append(f"I1 {sorted(lost)} left the phone and did not arrive")
    if after["held"] + after["waiting"] < before["held"] + before["waiting"]:
        found.append("I1 the phone counts fewer records than before")
    if after["revoked"]:
        found.append("the phone believes that it was switched off")
    return found


@contextmanager
def carried(town: Town) -> Iterator[Pocket]:
    """A phone in somebody's pocket, enrolled, with the roster pulled."""
    node = shutil.which("node") or missing("Node")
    process = subprocess.Popen(
        [node, "tests/faults/pocket.mjs"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        with Road(town.server.port) as road:
            pocket = Pocket(town, road, process, town.phone())
            pocket.enrol()
            yield pocket
    finally:
        process.kill()
        process.wait()
