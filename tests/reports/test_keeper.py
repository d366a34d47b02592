"""``flask reports keep`` beside 禾丰村: killed across its hours and started again, it makes every paper whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from typing import Any

from sqlalchemy import func, select

from doorknock.db import db
from doorknock.papers.keeping import to_json
from doorknock.reports.models import Report, ReportVersion
from tests.databases import ROOT
from tests.evening import Evening
from tests.hefeng import TOWN, VILLAGE, Hefeng
from tests.reports.reading import drop_all, papers
from tests.reports.test_freezing import morning
from tests.wire.client import Phone

KILLS = 5
LONGEST = 60.0
"""Seconds that the keeper may take for what is due."""


def keeper(village: Hefeng) -> subprocess.Popen[bytes]:
    config = village.app.config
    told = {name: str(config[name]) for name in ("DATA_DIR", "SECRET_KEY", "PUBLIC_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "reports", "keep"], cwd=ROOT,
        env=os.environ | told | {"DATABASE_URL": str(config["SQLALCHEMY_DATABASE_URI"])}, stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def said(village: Hefeng) -> dict[tuple[str, date], Any]:
    """Every 日报 of the town and the village as it is kept."""
    return {(code, day): to_json(paper) for code in (TOWN, VILLAGE) for day, paper in papers(village, code).items()}


def count(village: Hefeng) -> tuple[int, int]:
    """Reports, and their versions."""
    with village.app.app_context():
        found = [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Report, ReportVersion)]
    return found[0], found[1]


def test_killed_across_its_hours_it_still_says_what_was_true(evening: Evening, wang: Phone, li: Phone) -> None:
    village, chance = evening.village, random.Random(18)  # the same instants each time
    morning(evening, wang, li)
    village.flask("reports", "freeze", "--json")
    whole, papers_made = said(village), count(village)
    assert whole[VILLAGE, evening.day]
    drop_all(village)
    for _kill in range(KILLS):
        process, before = keeper(village), count(village)
        deadline = time.monotonic() + LONGEST
        while count(village) == before and before != papers_made:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(chance.random() / 10)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert count(village)[0] == count(village)[1]  # never a report without what it says
    process, deadline = keeper(village), time.monotonic() + LONGEST
    while count(village) != papers_made:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert process.poll() is None  # it waits for the next hour
    process.terminate()
    process.wait(10)
    assert said(village) == whole
