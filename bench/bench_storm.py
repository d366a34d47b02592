"""An evening: 300 phones with 40 visits each come into reach within a minute, while 12 clerks read coverage."""

from __future__ import annotations

import http.client
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import func, select

from bench import county, machine, servers
from bench.day import Chain
from bench.harness import publish
from bench.phones import Phone
from doorknock.db import db
from doorknock.people.sessions import COOKIE
from doorknock.places.models import Place
from doorknock.visits.models import Visit
from tests.live import LiveServer

SHAPE = county.Shape(towns=3, villages=20, grids=5, doors=60)
PHONES, VISITS, ROUNDS, SECONDS = 300, 40, 4, 60
CLERKS = ["990102000000"] * 2 + ["990102001000", "990102002000", "990102003000"] + ["990102001201"] * 7
THINKING = 2.0
"""Seconds that a clerk looks at a page before the next."""


@dataclass
class Seen:
    """Seconds of every answer, and what was no good answer."""

    phones: list[float] = field(default_factory=list)
    clerks: list[float] = field(default_factory=list)
    held: float = 0.0
    """When the last visit was held, since the minute began."""
    errors: list[str] = field(default_factory=list)


def phones_of(app: Flask, port: int) -> list[Phone]:
    """300 phones with two evenings' visits."""
    made = []
    with app.app_context():
        county.fill(SHAPE)
        beats = list(SHAPE.beats())[:PHONES]
        for i, (grid, _, _) in enumerate(beats, 1):
            chain = Chain(county.token_of(f"w{i}"))
            doors = db.session.scalars(select(Place.id).where(Place.grid == grid).order_by(Place.id)).all()
            chain.days(random.Random(i), list(doors), county.CAMPAIGN, 2 * VISITS)
            made.append(Phone(port, chain))
        db.session.remove()
    return made


def evening(phone: Phone, rng: random.Random, seen: Seen) -> None:
    """One phone: at some moment of the minute it comes into reach, and sends as it finds signal."""
    moments = sorted(rng.uniform(0, SECONDS - 5) for _ in range(ROUNDS))
    began = time.monotonic()
    for moment in moments:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        phone.road.close()
        start = time.monotonic()
        try:
            phone.sync(VISITS // ROUNDS)
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            seen.errors.append(str(error)[:120])
        seen.phones.append(time.monotonic() - start)
    seen.held = max(seen.held, time.monotonic() - began)


def reading(port: int, code: str, secret: str, seen: Seen) -> None:
    """One clerk: reads the coverage of the own region again and again."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        road = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        start = time.monotonic()
        try:
            road.request("GET", f"/office/coverage/{code}", headers={"Cookie": f"{COOKIE}={secret}"})
            answer = road.getresponse()
            page = answer.read()
            if answer.status != 200 or "覆盖".encode() not in page:
                seen.errors.append(f"{answer.status} for a clerk")
        except (OSError, http.client.HTTPException) as error:
            seen.errors.append(str(error)[:120])
        finally:
            road.close()
        seen.clerks.append(time.monotonic() - start)
        time.sleep(THINKING)


def storm(phones: list[Phone], port: int, secrets: dict[str, str], turn: int) -> Seen:
    """Everybody at once."""
    seen = Seen()
    with ThreadPoolExecutor(len(phones) + len(CLERKS)) as pool:
        jobs = [pool.submit(evening, phone, random.Random(f"{turn} {i}"), seen) for i, phone in enumerate(phones)]
        jobs += [pool.submit(reading, port, code, secrets[code], seen) for code in CLERKS]
        for job in wait(jobs).done:
            job.result()
    return seen


def two_storms(phones: list[Phone], server: LiveServer, secrets: dict[str, str]) -> tuple[list[Seen], list[float]]:
    """Two evenings on one server, and the megabytes of its greatest worker after each."""
    turns, sizes = [], []
    server.start()
    assert server.process is not None  # noqa: S101  # narrows the type only
    try:
        for phone in phones:
            phone.sync(0)  # the first pull
            phone.road.close()
        for turn in range(2):
            turns.append(storm(phones, server.port, secrets, turn))
            sizes.append(max(machine.megabytes(pid) for pid in machine.group(server.process.pid)[1:]))
        for phone in phones:
            phone.checked()
    finally:
        server.stop()
    return turns, sizes


def measure(kind: str) -> None:
    """Print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        server = LiveServer(url, folder, workers=2)
        phones = phones_of(app, server.port)
        with app.app_context():
            secrets = {code: county.session_of(code) for code in set(CLERKS)}
            db.session.remove()
        turns, sizes = two_storms(phones, server, secrets)
        with app.app_context():
            there = db.session.scalar(select(func.count()).select_from(Visit))
            if there != 2 * PHONES * VISITS or not county.agrees(2000):
                raise RuntimeError(f"{there} visits are there, or the counters do not agree")
    say(kind, turns, sizes)


def percentile(seconds: list[float], part: int) -> float:
    """So many of a hundred answers came within these seconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[part - 1]


def say(kind: str, turns: list[Seen], sizes: list[float]) -> None:
    """Print and publish both figures; the worse evening counts."""
    errors = [error for seen in turns for error in seen.errors]
    slow = max(percentile(seen.phones + seen.clerks, 99) for seen in turns)
    middle = statistics.median(turns[1].phones + turns[1].clerks)
    held = max(seen.held for seen in turns)
    pages = sum(len(seen.clerks) for seen in turns)
    print(kind, f"{pages} pages read, clerks p99 {max(percentile(s.clerks, 99) for s in turns):.2f} s", *errors[:3])
    publish(
        f"{PHONES} phones × {VISITS} visits within {SECONDS} s while {len(CLERKS)} clerks read coverage, {kind}",
        must="0 errors, p99 < 5 s", aim="p99 < 2 s", ok=not errors and slow < 5 and held < SECONDS,
        measured=f"{len(errors)} errors, p99 {slow:.2f} s, median {middle:.2f} s, all held after {held:.0f} s",
    )  # fmt: skip
    publish(
        f"server memory per worker after the storm, {kind}", must="≤ 150 MB", aim="flat",
        measured=f"{sizes[0]:.0f} MB, after a second storm {sizes[1]:.0f} MB", ok=max(sizes) <= 150,
    )  # fmt: skip


if __name__ == "__main__":
    for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        measure(kind)
