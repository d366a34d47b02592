"""18:00: 300 phones deliver as fast as the server takes it, with 12 clerks reading, turn about with nobody reading."""

from __future__ import annotations

import http.client
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import func, select

from bench import county, servers
from bench.day import Chain
from bench.harness import Pair, compare, publish
from bench.phones import Phone
from doorknock.db import db
from doorknock.people.sessions import COOKIE
from doorknock.places.models import Place
from doorknock.visits.models import Visit
from tests.live import LiveServer

SHAPE = county.Shape(towns=3, villages=20, grids=5, doors=60)
PHONES, VISITS, TURNS, AT_ONCE = 300, 10, 5, 24
"""Each phone sends so many visits a turn; so many phones are under way at once."""
TOWNS = [f"{county.CODE}{t:03d}000" for t in (1, 2, 3)]
CLERKS = [county.TOP] * 2 + TOWNS + [f"{county.CODE}001{v}" for v in range(201, 208)]
PAGES = ("/office", "/office/coverage/{code}", "/office/reports/{code}", "/office/gaps/{code}")
THINKING = 2.0
"""Seconds that a clerk looks at a page before the next."""


def phones_of(app: Flask, port: int) -> list[Phone]:
    """300 phones with all that they will send."""
    made = []
    with app.app_context():
        county.fill(SHAPE)
        for i, (grid, _, _) in enumerate(list(SHAPE.beats())[:PHONES], 1):
            chain = Chain(county.token_of(f"w{i}"))
            doors = db.session.scalars(select(Place.id).where(Place.grid == grid).order_by(Place.id)).all()
            chain.days(random.Random(i), list(doors), county.CAMPAIGN, 2 * (TURNS + 1) * VISITS)
            made.append(Phone(port, chain))
        db.session.remove()
    return made


def deliver(phones: list[Phone]) -> None:
    """Every phone one round."""

    def send(phone: Phone) -> None:
        phone.road.close()
        phone.sync(VISITS)
        phone.road.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, phones))


class Reading:
    """Clerks that read one page after another as long as this lasts."""

    def __init__(self, port: int, secrets: dict[str, str]) -> None:
        self.port, self.secrets = port, secrets
        self.seconds: list[float] = []
        self.errors: list[str] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """As long as this context."""
        over = threading.Event()
        with ThreadPoolExecutor(len(CLERKS)) as pool:
            jobs = [pool.submit(self._one, code, over, i / len(CLERKS) * THINKING) for i, code in enumerate(CLERKS)]
            try:
                yield
            finally:
                over.set()
            for job in jobs:
                job.result()

    def _one(self, code: str, over: threading.Event, first: float) -> None:
        number = 0
        over.wait(first)
        while not over.is_set():
            path = PAGES[number % len(PAGES)].format(code=code)
            began = time.monotonic()
            road = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            road.request("GET", path, headers={"Cookie": f"{COOKIE}={self.secrets[code]}"})
            answer = road.getresponse()
            answer.read()
            road.close()
            self.seconds.append(time.monotonic() - began)
            if answer.status != 200:
                self.errors.append(f"{answer.status}: {path}")
            number += 1
            over.wait(THINKING)


def turn_about(kind: str, phones: list[Phone], clerks: Reading) -> Pair:
    """Both ways, on a server that runs."""

    def watched() -> None:
        with clerks.going_on():
            deliver(phones)

    for phone in phones:
        phone.sync(0)  # the first pull
        phone.road.close()
    taken = compare(
        (f"{kind}: {PHONES} phones while {len(CLERKS)} clerks read", watched),
        ("while nobody reads", lambda: deliver(phones)), turns=TURNS,
    )  # fmt: skip
    for phone in phones:
        phone.checked()
    return taken


def measure(kind: str) -> None:
    """Print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        server = LiveServer(url, folder, workers=2)
        phones = phones_of(app, server.port)
        with app.app_context():
            clerks = Reading(server.port, {code: county.session_of(code) for code in set(CLERKS)})
            db.session.remove()
        server.start()
        try:
            taken = turn_about(kind, phones, clerks)
        finally:
            server.stop()
        with app.app_context():
            there = db.session.scalar(select(func.count()).select_from(Visit))
            if there != sum(phone.sent for phone in phones) or not county.agrees(2000):
                raise RuntimeError(f"{there} visits are there, or the counters do not agree")
    share, count = 100 / taken.ratio, PHONES * VISITS
    print(taken.line(), f"; {len(clerks.seconds)} pages, median {statistics.median(clerks.seconds):.2f} s")
    publish(
        f"sync of {PHONES} phones while {len(CLERKS)} clerks work, {kind}, of that while nobody does", must="≥ 70 %",
        aim="≥ 85 %", ok=share >= 70 and not clerks.errors,
        measured=f"{share:.0f} % ({count / taken.first.median:,.0f} of {count / taken.second.median:,.0f} visits/s)",
    )  # fmt: skip


if __name__ == "__main__":
    for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        measure(kind)
