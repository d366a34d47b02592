"""The phone's own core, run by Node, on a line that trials may spoil; and what it must never say."""

from __future__ import annotations

import gzip
import json
import random
import select
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.databases import ROOT, missing
from tests.faults.road import Road, Spoil
from tests.faults.town import OUTCOMES, Town
from tests.faults.trial import broken_by
from tests.wire.client import Phone
from tests.wire.lines import rfc3339, sha256

Json = dict[str, Any]
Lines = dict[int, bytes]
"""Event lines byte for byte, by their numbers."""
A_PHONE = 25
"""Cases before another phone takes over: what a phone looks through for each of them grows."""
IDLE_MS = 1500
"""How long a phone waits for more on a spoilt line; in a worker's hand it is 30 s."""
STUCK = 120
"""Seconds without a word after which a phone has hung up for good: it gives up any request much sooner."""


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
        said, _, _ = select.select([self.process.stdout], [], [], STUCK)
        assert said, f"the phone is stuck at {op}"
        line = self.process.stdout.readline()
        assert line, f"the phone went away at {op}; its last words are above"
        return json.loads(line)

    def enrol(self) -> None:
        """A fresh phone, with the roster on it."""
        self.twin = self.town.phone()
        worker = {"id": "worker", "name": "赵建", "username": "zhaojian", "grids": []}
        self.do("enrol", identity={"device_id": self.twin.device_id, "token": self.twin.token, "worker": worker})
        shown = self.round()
        assert shown["outcome"] == "ok", f"a fresh phone on a clean line: {shown}"

    def replaced(self) -> None:
        """Another phone, in a process of its own: whatever happened to this one stays with it."""
        self.end()
        self.process = _node()
        self.enrol()

    def end(self) -> None:
        """Nothing of the phone goes on."""
        self.process.kill()
        self.process.wait()

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

    def journal(self) -> Lines:
        """Its lines in the journal; under one whose hash is not of its bytes stand no bytes at all."""
        rows = self.town.ask("SELECT n, line, sha FROM journal WHERE device_id = :device", device=self.twin.device_id)
        return {n: bytes(line) if sha256(bytes(line)) == sha else b"" for n, line, sha in rows}

    def sent(self) -> Lines:
        """What it has put on the road in its requests since that was last cleared, whatever arrived of it."""
        return {n: line for request in self.road.heard for n, line in lines_of(request).items()}

    def unequal(self) -> list[str]:
        """Rows of this phone that are not those of a pull from nothing."""
        mine = {(row["kind"], row["id"]): row["data"] for row in self.do("rows")}
        fresh = {key: row.data for key, row in self.twin.fresh().rows.items() if row.grid}
        apart = [key for key in mine.keys() | fresh.keys() if mine.get(key) != fresh.get(key)]
        return [f"I4 rows differ: {apart[:5]}"] if apart else []


Batch = Callable[[int], tuple[random.Random, int]]
"""What a case of this seed sends: what its visits are drawn with, and how many there are."""
MayPass = Callable[[int, bytes], bool]
"""Given the seed and the answer as it arrived: whether the round may count as done."""


def drawn(seed: int) -> tuple[random.Random, int]:
    """One to three visits."""
    dice = random.Random(seed)
    return dice, dice.randint(1, 3)


def play(
    pocket: Pocket, seeds: range, spoil: Callable[[int], Spoil], may_pass: MayPass, batch: Batch = drawn
) -> Counter[str]:
    """One case a seed, noted with the town; how the spoilt rounds ended, and what the journal took in them."""
    town, met = pocket.town, Counter[str]()
    for place, each in enumerate(seeds):
        if place and place % A_PHONE == 0:
            town.note(each - 1, broken_by(pocket.unequal))
            pocket.enrol()
        found = broken_by(partial(_case_of, each, pocket, batch, spoil, may_pass, met))
        town.note(each, found)
        if found:
            pocket.replaced()
    town.note(seeds[-1], broken_by(pocket.unequal) + broken_by(town.unsound))
    return met


def _case_of(
    seed: int, pocket: Pocket, batch: Batch, spoil: Callable[[int], Spoil], may_pass: MayPass, met: Counter[str]
) -> list[str]:
    found, ended = case(pocket, *batch(seed), spoil(seed))
    met.update(ended)
    if ended[0] == ENDED.format("ok") and not may_pass(seed, pocket.road.told):
        found.append("the spoilt round counts as done")
    return found


ENDED = "spoilt rounds ended: {}"


def case(pocket: Pocket, dice: random.Random, visits: int, spoil: Spoil) -> tuple[list[str], tuple[str, str]]:
    """Visits are saved, a round is spoilt, a clean one follows: what is broken; how the round ended, what it brought.

    A phone sends all that waits at once unless an answer failed before, after which it begins again with single
    events; so a last round, which brings nothing, gives it back its step before the next case.
    """
    pocket.road.heard.clear()
    saved, before, spoilt = pocket.save(dice, visits), pocket.journal(), pocket.road.spoilt
    after, batch, took = pocket.round(spoil), pocket.sent(), pocket.journal()
    found = judge(saved, after, pocket.held()) + pocket.town.torn(pocket.twin) + apart(before, took, batch)
    if pocket.road.spoilt == spoilt:
        found.append("nothing was spoilt")
    if sorted(batch) != sorted(saved["unsent"]) or len(batch) != visits:
        found.append(f"{saved['unsent']} waited, {sorted(batch)} were sent: no batch of {visits} was tried")
    healed = pocket.round()
    found += judge(after, healed, pocket.held()) + pocket.town.torn(pocket.twin) + unsettled(healed)
    found += apart(before, pocket.journal(), batch, arrived=True)
    pocket.round()
    ended = ENDED.format(after["outcome"]), f"batches {'applied whole' if len(took) > len(before) else 'refused whole'}"
    return list(dict.fromkeys(found)), ended


def unsettled(shown: Json) -> list[str]:
    """After a clean round all has arrived, and nobody is asked to look at anything."""
    outcome, waiting, attention = shown["outcome"], shown["waiting"], shown["attention"]
    fine = (outcome, waiting, attention) == ("ok", 0, 0)
    return [] if fine else [f"after a clean round {outcome}: {waiting} wait, {attention} set aside"]


def lines_of(request: bytes) -> Lines:
    """The events of a request as a phone sent it."""
    head, _, body = request.partition(b"\r\n\r\n")
    if not head.startswith(b"POST /api/v1/sync "):
        return {}
    text = gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
    return {json.loads(line)["n"]: line for line in text.rstrip(b"\n").split(b"\n")[1:]}


def apart(before: Lines, now: Lines, batch: Lines, *, arrived: bool = False) -> list[str]:
    """What a batch did to the journal other than to be there whole, in the phone's own bytes, or not at all."""
    new = {n: line for n, line in now.items() if n not in before}
    found = [f"line {n}, which was held before, is another one" for n in before if now.get(n) != before[n]]
    if (new or arrived) and new.keys() != batch.keys():
        found.append(f"of the batch {sorted(batch)} the journal has {sorted(new)}")
    return found + [f"line {n} is not in the phone's bytes" for n in new if n in batch and new[n] != batch[n]]


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
    with Road(town.server.port) as road:
        pocket = Pocket(town, road, _node(), town.phone())
        try:
            pocket.enrol()
            yield pocket
        finally:
            pocket.end()


def _node() -> subprocess.Popen[str]:
    node = shutil.which("node") or missing("Node")
    return subprocess.Popen(
        [node, "tests/faults/pocket.mjs"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
