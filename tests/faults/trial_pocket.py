"""SIGKILL to every process of the browser while it saves one visit after another, at a random instant."""

from __future__ import annotations

import hashlib
import json
import random
import time
from functools import partial
from typing import Any

from tests.browser.hands import Worker
from tests.faults.cleared import A_MINUTE, found_again
from tests.faults.glass import Glass, glass
from tests.faults.trial import Outcome, broken_by

NAME = "browser killed around saving"
EXPECTED = "every acknowledged visit is there, none half-written"
GOAL, SHORT, BLOCK = 1000, 30, 50
TOLD = 5
"""Sentences about one case."""
A_ROUND = 6
"""Visits that the page is given to save; few kills come late enough to see them all."""
LATEST_MS = 250
THROWN = "stores that the browser threw away, found again"
PATIENCE = 60
"""Seconds after which a page that has acknowledged nothing will not do so any more."""


def run(count: int, seed: int) -> Outcome:
    """A phone on which something is broken, or whose browser threw its store away, has none of the cases after it."""
    found: dict[int, list[str]] = {}
    met = {"visits begun": 0, "acknowledged": 0, "kills": count, THROWN: 0}
    left = range(seed, seed + count)
    while left:
        with glass() as phone:
            phone.server.kill()
            last = _until_over(phone, left, found)
            met[THROWN] += phone.thrown_away
            met["visits begun"] += len(phone.meant)
            met["acknowledged"] += len(phone.acknowledged)
        left = left[left.index(last) + 1 :]
    notes = [f"seed {each}: {'; '.join(broken[:TOLD])}" for each, broken in found.items()]
    return Outcome(count, len(found), notes, met)


def _until_over(phone: Glass, seeds: range, found: dict[int, list[str]]) -> int:
    """Kill after kill, each judged before the next; the seed with which it was over."""
    for each in seeds:
        broken = broken_by(partial(_case, phone, each))
        over = each == seeds[-1] or phone.thrown_away
        if over and not broken:
            broken = broken_by(partial(at_the_end, phone))
        if broken:
            found[each] = broken
        if over or broken:
            return each
    return seeds[-1]


def _case(phone: Glass, seed: int) -> list[str]:
    """One kill, and what the phone holds that is switched on again; it stays on for the next one."""
    if phone.page is None:
        phone.open()
    kill(phone, random.Random(seed))
    phone.open()
    found = phone.found()
    return judge(phone, found) if found["signed_in"] else thrown_away(phone)


def thrown_away(phone: Glass) -> list[str]:
    """Sometimes a kill is in the middle of a write, and two starts later Chromium has deleted all databases.

    It must be said, and after a sign-in all that was acknowledged must be there.
    """
    phone.thrown_away = True
    kept = found_again(phone)
    short = len(phone.acknowledged) - kept
    return [f"{short} of {kept + short} had no copy"] if short > 0 else judge(phone, phone.found())


def kill(phone: Glass, draw: random.Random) -> None:
    """Begins to save and kills, at some instant or right behind an acknowledgement."""
    page, before = phone.page, len(phone.acknowledged)
    if page is None:
        raise RuntimeError("the phone is switched off")
    phone.begin(phone.visits(draw, A_ROUND))
    if draw.random() < 0.5:
        page.wait_for_timeout(draw.uniform(0, LATEST_MS))
    else:
        ends = time.monotonic() + PATIENCE
        while len(phone.acknowledged) == before:
            page.wait_for_timeout(1)
            if time.monotonic() > ends:
                raise TimeoutError(f"no visit was acknowledged within {PATIENCE} s")
    phone.device.kill()


def judge(phone: Glass, found: dict[str, Any]) -> list[str]:
    """What is broken in a store: lost, strange, half-written, or out of its chain."""
    events = {event["id"]: event for event in found["events"]}
    broken = [f"acknowledged and gone: {ident}" for ident in phone.acknowledged if ident not in events]
    broken += [f"never put to it: {ident}" for ident in events if ident not in phone.meant]
    broken += [f"a draft beside its visit: {ident}" for ident in found["drafts"] if ident in events]
    broken += [f"a view of no visit: {ident}" for ident in found["last"] if ident not in events]
    previous = "0" * 64
    for event in sorted(found["events"], key=lambda each: int(each["n"])):
        line = json.loads(event["line"])
        meant = phone.meant.get(event["id"], {"form": {}, "door": None})
        whole = (line["body"].get("note"), line["body"].get("place_id")) == (meant["form"].get("note"), meant["door"])
        if not whole or line["prev"] != previous or line["n"] != event["n"]:
            broken.append(f"not whole or not chained: {event['id']}")
        previous = hashlib.sha256(event["line"].encode()).hexdigest()
    numbers = sorted(event["n"] for event in found["events"])
    if numbers != list(range(1, found["counter"] + 1)):
        broken.append(f"numbers {numbers[:3]}…{numbers[-1:]} under a counter of {found['counter']}")
    doors = {phone.meant[ident]["door"] for ident in events if ident in phone.meant}
    if len(found["last"]) != len(doors):
        broken.append(f"{len(doors)} doors visited, {len(found['last'])} show it")
    return broken


def at_the_end(phone: Glass) -> list[str]:
    """All that is there after the last kill reaches the server."""
    found, broken = phone.found(), []
    if phone.server.process is None:
        phone.server.start()
    page = phone.page
    if page is None:
        raise RuntimeError("the phone is switched off")
    Worker(page).open()
    Worker(page).sees(held=len(found["events"]), waiting=0, within=A_MINUTE)
    counted, held = phone.counted()
    if (counted, held) != (len(found["events"]),) * 2:
        broken.append(f"{len(found['events'])} were there, the server counts {counted} and holds {held}")
    return broken
