"""The stories against the real application behind gunicorn, each on a fresh copy of 青禾镇."""

import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from flask.cli import FlaskGroup
from sqlalchemy import make_url

from tests.databases import ROOT, Databases, Postgresql, settings
from tests.live import LiveServer
from tests.wire.scenarios import SCENARIOS, play
from tests.wire.world import Run, World


@dataclass(frozen=True)
class Town:
    """A prepared database and its files, ready to be copied; and the id of the door to come."""

    url: str
    folder: Path
    latecomer: str


def shell(server: LiveServer) -> Run:
    """`flask --app app …` in a process of its own, as an office would type it."""

    def run(arguments: list[str]) -> CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT,
            env=server.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def run(server: LiveServer) -> Iterator[Run]:
    """The same commands inside this process: a story runs many, and starting Python is most of their time."""
    from doorknock import create_app
    from doorknock.db import db

    app = create_app(settings(server.database_url, server.folder))
    flask = FlaskGroup(create_app=lambda: app)

    def run(arguments: list[str]) -> CompletedProcess[str]:
        done = app.test_cli_runner().invoke(flask, arguments)
        why = done.stderr
        if done.exc_info and not isinstance(done.exception, SystemExit | None):
            why += "".join(traceback.format_exception(*done.exc_info))
        return CompletedProcess(arguments, done.exit_code, done.stdout, why)

    yield run
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def town(migrated_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Regions, people, a campaign and 24 doors, laid out once."""
    learnt = laid_out(migrated_databases, tmp_path_factory.mktemp("twin"))
    learnt.start()
    try:
        latecomer = World(learnt.url, shell(learnt)).learn_latecomer()
    finally:
        learnt.kill()
    prepared = laid_out(migrated_databases, tmp_path_factory.mktemp("town"))
    return Town(prepared.database_url, prepared.folder, latecomer)


def laid_out(databases: Databases, folder: Path) -> LiveServer:
    server = LiveServer(databases.migrated(), folder)
    world = World(server.url, shell(server))
    world.found()
    world.settle()
    return server


def copied(databases: Databases, url: str) -> str:
    """A new database equal to the one at `url`, to which nobody is connected."""
    if isinstance(databases, Postgresql):
        name = make_url(url).database or ""
        return databases.cluster.create(f"wire_{next(databases.numbers)}", name)
    copy = databases.migrated()
    for file in Path(url.removeprefix("sqlite:///")).parent.glob(f"{Path(url).name}*"):
        target = Path(copy.removeprefix("sqlite:///"))
        shutil.copyfile(file, target.with_name(file.name.replace(Path(url).name, target.name)))
    return copy


@pytest.fixture
def server(migrated_databases: Databases, town: Town, tmp_path: Path, name: str) -> Iterator[LiveServer]:
    """A copy of the town, served; by two processes where a story sends at the same moment."""
    if (town.folder / "data").exists():
        shutil.copytree(town.folder / "data", tmp_path / "data")
    url = copied(migrated_databases, town.url)
    server = LiveServer(url, tmp_path, workers=2 if name == "journal.storm" else 1)
    server.start()
    yield server
    server.kill()
    migrated_databases.drop(url)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_wire_keeps_its_word(server: LiveServer, town: Town, run: Run, name: str) -> None:
    notes = play(name, server.url, run, town.latecomer)
    for note in notes:
        sys.stdout.write(f"{note}\n")
