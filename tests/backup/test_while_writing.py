"""Backup and restore beside a server that is in use: real gunicorn processes, phones that write all the time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from flask.cli import FlaskGroup

from doorknock import create_app
from doorknock.db import db
from tests.databases import ROOT, settings
from tests.live import LiveServer
from tests.wire.answer import NoAnswer
from tests.wire.client import Phone
from tests.wire.lines import Json
from tests.wire.world import Run, World

WORKERS = ("wang", "li", "zhou", "zhao")


def flask(server: LiveServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as an office would type it."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments], cwd=ROOT, env=server.environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def answered(server: LiveServer, *arguments: str) -> Json:
    done = flask(server, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


@contextmanager
def in_process(server: LiveServer) -> Iterator[Run]:
    """The same commands within this process: starting Python is most of their time, and here they are not the point."""
    app = create_app(settings(server.database_url, server.folder))
    runner, group = app.test_cli_runner(), FlaskGroup(create_app=lambda: app)

    def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        done = runner.invoke(group, arguments)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    yield run
    with app.app_context():
        db.engine.dispose()


def town(server: LiveServer, run: Run) -> tuple[World, list[Phone]]:
    """青禾镇 on this server, and four phones."""
    world = World(server.url, run)
    world.found()
    world.settle()
    return world, [world.phone(worker) for worker in WORKERS]


@contextmanager
def writing(world: World, phones: list[Phone]) -> Iterator[Callable[[], int]]:
    """Meanwhile every phone records visits and syncs, minding no interruption; the call says how many so far."""
    over = threading.Event()

    def walk(phone: Phone) -> None:
        doors = sorted(phone.rows("place"))
        while not over.is_set():
            for _ in range(5):
                at = world.at(len(phone.events) % 250)
                door = doors[len(phone.events) % len(doors)]
                phone.event("visit", {"place_id": door, "outcome": "nobody_home", "visited_at": at}, at)
            with suppress(NoAnswer, OSError, HTTPException):  # the phone tries again, with the next five
                phone.send(phone.waiting()[:100])
            over.wait(0.05)

    threads = [threading.Thread(target=walk, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    try:
        yield lambda: sum(len(phone.events) for phone in phones)
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def run(live_server: LiveServer) -> Iterator[Run]:
    with in_process(live_server) as run:
        yield run


def test_a_backup_during_heavy_writes_verifies_and_is_one_instant(
    live_server: LiveServer, run: Run, tmp_path: Path
) -> None:
    world, phones = town(live_server, run)
    with writing(world, phones) as visits:
        before = visits()
        answer = answered(live_server, "backup", str(tmp_path / "one.backup"), "--verify")
        assert visits() > before  # they were not kept waiting until it was over
    assert (answer["verified"], answer["problems"]) == (True, [])
    for phone in phones:
        phone.sync()
        assert [each for each in phone.attention if each[1] == "server_fault"] == []
    covered = sum(last - first + 1 for p in phones for first, last in (p.last.head["covered"] if p.last else []))
    assert covered == answer["events"]
    world.close()


def test_a_restore_beside_running_servers_loses_nothing_that_phones_have(
    live_server: LiveServer, run: Run, tmp_path: Path
) -> None:
    world, phones = town(live_server, run)
    file = tmp_path / "one.backup"
    with writing(world, phones) as visits:
        answered(live_server, "backup", str(file), "--verify")
        while visits() < 150:
            time.sleep(0.05)
        life = phones[0].last.head["epoch"] if phones[0].last else ""
        answered(live_server, "restore", str(file))
        wanted = visits() + 40
        while visits() < wanted:
            time.sleep(0.05)
    for phone in phones:
        assert phone.sync().head["epoch"] != life
    held = sum(last - first + 1 for phone in phones for first, last in phone.held)
    assert held == visits()
    world.close()
