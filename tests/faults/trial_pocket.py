"""SIGKILL to every process of the browser while it saves one visit after another, at a random instant."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

from tests.browser.hands import Worker
from tests.faults.glass import Glass, glass
from tests.faults.trial import Outcome

NAME = "browser killed around saving"
EXPECTED = "every acknowledged visit is there, none half-written"
GOAL, SHORT, BLOCK = 1000, 30, 50
A_ROUND = 6
"""Visits that the page is given to save; few kills come late enough to see them all."""
LATEST_MS = 250
A_MINUTE = 60_000


def run(count: int, seed: int) -> Outcome:
    with glass() as phone:
        phone.server.kill()
        notes: list[str] = []
        for each in range(seed, seed + count):
            phone.open()
            notes += [f"seed {each}: {what}" for what in judge(phone, phone.found())]
            kill(phone, random.Random(each))
        notes += [f"seed {seed + count - 1}: {what}" for what in at_the_end(phone)]
        said = f"{len(phone.acknowledged)} visits acknowledged, {len(phone.meant)} begun, in {count} kills"
        return Outcome(count, min(count, len(notes)), [*notes, said])


def kill(phone: Glass, draw: random.Random) -> None:
    """Begins to save and kills, at some instant or right behind an acknowledgement."""
    page, before = phone.page, len(phone.acknowledged)
    if page is None:
        raise RuntimeError("the phone is switched off")
    phone.begin(phone.visits(draw, A_ROUND))
    if draw.random() < 0.5:
        page.wait_for_timeout(draw.uniform(0, LATEST_MS))
    else:
        while len(phone.acknowledged) == before:
            page.wait_for_timeout(1)
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
    """The last kill is judged too, and all that is there reaches the server."""
    phone.server.start()
    page = phone.open()
    found = phone.found()
    broken = judge(phone, found)
    Worker(page).sees(held=len(found["events"]), waiting=0, within=A_MINUTE)
    counted, held = phone.counted()
    if (counted, held) != (len(found["events"]),) * 2:
        broken.append(f"{len(found['events'])} were there, the server counts {counted} and holds {held}")
    return broken
