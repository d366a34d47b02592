"""禾丰村, founded some days ago, on an evening; for the tests of this room."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from doorknock import clock
from tests.evening import Evening
from tests.hefeng import Hefeng
from tests.wire.client import Phone


@pytest.fixture
def village(app: Flask, tmp_path: Path) -> Hefeng:
    with clock.pinned(clock.now() - timedelta(days=9)):
        return Hefeng(app, tmp_path).found()


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village, clock.today() - timedelta(days=3))


@pytest.fixture
def wang(evening: Evening) -> Phone:
    return evening.phone("wang")


@pytest.fixture
def li(evening: Evening) -> Phone:
    return evening.phone("li")
