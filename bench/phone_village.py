"""What the phone's measurements share: 2,000 doors with 6,000 visits behind a real server; a slow phone."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from doorknock import clock, create_app, web
from doorknock.db import db
from doorknock.demo import town
from doorknock.demo.phone import Phone
from doorknock.places import roster, setup
from doorknock.regions.models import region
from tests import village
from tests.databases import ROOT, settings
from tests.live import LiveServer

PLACES, VISITS = 2_000, 6_000
WORKER = ("liufang", village.PASSWORD)
_UNITS = "一二三四五六七八九"
GROUPS = (*(f"{n}组" for n in _UNITS), "十组", *(f"十{n}组" for n in _UNITS), "二十组")
"""A hundred doors each, as a lane may have."""
PERIOD = 0.012
"""Seconds of one turn of being stopped and let go on: shorter than what a thumb would feel."""


def found(folder: Path) -> LiveServer:
    """A server, not yet started, whose database holds the village and three visits to every door."""
    server = LiveServer(f"sqlite:///{folder / 'bench.db'}", folder, workers=2)
    app = create_app(settings(server.database_url, folder))
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        setup.load(setup.SetupFile().load(_content()))
        web.commit()
        book = town.workbook("大村", GROUPS, PLACES, random.Random(1))
        roster.carry_out(roster.plan(book, region(village.VILLAGE)), by=None)
        web.commit()
        db.session.remove()
    with app.test_client() as client:
        walk(Phone(client, *WORKER))
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return server


def _content() -> dict[str, Any]:
    """The named village with twenty groups, all of them in the grid of its worker."""
    content = village.content(clock.today())
    regions = [row for row in content["regions"] if (row["level"], row["parent"]) != ("group", village.VILLAGE)]
    codes = [f"{village.VILLAGE}{n:03d}" for n in range(1, len(GROUPS) + 1)]
    for code, name in zip(codes, GROUPS, strict=True):
        regions.append({"code": code, "name": name, "level": "group", "parent": village.VILLAGE})
    content["regions"] = regions
    for grid in content["grids"]:
        if grid["village"] == village.VILLAGE:
            grid["groups"] = codes if grid["code"] == village.GRID_ONE else []
    return content


def walk(phone: Phone) -> None:
    """Three visits to every door in the last five days, some of them signed, some with a word."""
    phone.sync()
    draw = random.Random(2)
    doors = sorted(phone.rows["place"])
    begun = clock.now() - timedelta(days=5)
    for n in range(VISITS):
        body: dict[str, Any] = {
            "place_id": doors[n % len(doors)],
            "outcome": draw.choice(("nobody_home", "met_later", "met_covered")),
        }
        if body["outcome"] == "met_covered":
            body |= {"adults_listened": 2, "app": {"installed_before": 1, "declined": 1}}
        if n % 5 == 0:
            body |= {"note": "门口有狗，傍晚在家", "next_try": {"slot": "evening"}}
        if n % 4 == 0 and body["outcome"] == "met_covered":
            body["commitment"] = {"version": "1", "method": "screen", "strokes": [[i, 2 * i] for i in range(30)]}
        phone.record("visit", begun + timedelta(minutes=n), body)
        if n % 100 == 99:
            phone.sync()
    phone.sync()


@contextmanager
def slowed(processes: Callable[[], list[int]], times: int) -> Iterator[None]:
    """While this lasts the processes run one part in so many of the time; a browser's own throttle spares workers."""
    over = threading.Event()

    def every(pids: list[int], what: signal.Signals) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def hold() -> None:
        turn, pids = 0, processes()
        while not over.is_set():
            if turn % 40 == 0:
                pids = processes()
            every(pids, signal.SIGSTOP)
            over.wait(PERIOD * (times - 1) / times)
            every(pids, signal.SIGCONT)
            over.wait(PERIOD / times)
            turn += 1
        every(processes(), signal.SIGCONT)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
