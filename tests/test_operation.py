"""What runs the house in earnest is what is there: units that systemd takes, commands and drills that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from doorknock import ROOMS
from tests.databases import ROOT, missing
from tests.drills.__main__ import DRILLS
from tests.test_readme import commands

OPS = ROOT / "docs" / "ops"
MANUAL = (ROOT / "docs" / "运维手册.md").read_text(encoding="utf-8")
UNITS = sorted((OPS / "systemd").iterdir())


def test_an_unknown_drill_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills", "lost-nerve"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 2


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze")
    for unit in UNITS:
        words = unit.read_text(encoding="utf-8").replace("/opt/doorknock/.venv/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / unit.name).write_text(words, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.name)
def test_a_timer_has_a_service_of_its_name(unit: Path) -> None:
    assert unit.with_suffix(".service") in UNITS
    assert unit.name in MANUAL


def test_every_command_of_units_and_manual_exists(app: Flask) -> None:
    there = set(commands(app.cli))
    units = "\n".join(unit.read_text(encoding="utf-8") for unit in UNITS)
    lines = re.findall(r"flask --app app ([a-z]+(?: [a-z]+)?)", units) + re.findall(
        r"\bdk ([a-z]+(?: [a-z]+)?)", MANUAL
    )
    wanted = {line for line in lines if line.split()[0] != "privacy" or "privacy" in ROOMS}
    assert {line for line in wanted if line not in there and line.split()[0] not in there} == set()


def test_the_manual_names_every_drill_and_every_figure_of_readyz(app: Flask) -> None:
    for drill in DRILLS:
        assert f"scripts/drill {drill}" in MANUAL
    for name in app.test_client().get("/readyz").json or {}:
        assert f"`{name}`" in MANUAL


def test_the_shipped_settings_are_ones_that_are_read_and_hold_no_secret() -> None:
    said = dict(re.findall(r"^([A-Z_]+)=(.*)$", (OPS / "environment").read_text(encoding="utf-8"), re.M))
    read = set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "doorknock" / "config.py").read_text(encoding="utf-8")))
    assert (set(said) <= read, said["SECRET_KEY"]) == (True, "")
