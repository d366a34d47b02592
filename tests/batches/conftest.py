"""禾丰村 for the tests of this room."""

from pathlib import Path

import pytest
from flask import Flask

from tests.hefeng import Hefeng


@pytest.fixture
def village(app: Flask, tmp_path: Path) -> Hefeng:
    return Hefeng(app, tmp_path).found()
