"""The phone's own core, run by Node, on a line that trials may spoil; and what it must never say."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.databases import ROOT, missing
from tests.faults.road import Road, Spoil
from tests.faults.town import OUTCOMES, Town
from tests.wire.client import Phone
from tests.wire.lines import rfc3339

Json = dict[str, Any]


@dataclass
class Pocket:
    """One phone, its town and its road."""

    town: Town
    road: Road
    process: subprocess.Popen[str]
    twin: Phone
    """The same enrolment in Python: it reads what the server holds of it."""

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
        shown: Json = self.do("round", base=self.road.url, **more)
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


def case(pocket: Pocket, dice: random.Random, spoil: Spoil, *, most: int = 4) -> list[str]:
    """Visits are saved, a round is spoilt, a clean one follows: the sentences that are broken."""
    saved = pocket.save(dice, dice.randint(1, most))
    after = pocket.round(spoil)
    found = judge(saved, after, pocket.held()) + pocket.town.torn(pocket.twin)
    healed = pocket.round()
    if (healed["outcome"], healed["waiting"]) != ("ok", 0):
        found.append(f"after a clean round {healed['outcome']}, {healed['waiting']} wait")
    return found + judge(after, healed, pocket.held()) + pocket.town.torn(pocket.twin)


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
