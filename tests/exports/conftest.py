"""禾丰村 for the tests of this room, and who looks at it from farther away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from doorknock import clock
from tests.hefeng import Hefeng


@pytest.fixture
def village(app: Flask, tmp_path: Path) -> Iterator[Hefeng]:
    yield Hefeng(app, tmp_path).found()
    for thread in threading.enumerate():
        if thread.name == "exports":
            thread.join(60)  # its database is about to be taken away


@pytest.fixture
def walked(village: Hefeng) -> Hefeng:
    """A morning: two told, one of them signed on paper, one declined, nobody at two; a wrong door, and a slip."""
    phone = village.phone("zhou")
    signed = {"commitment": {"version": "1", "method": "paper", "paper_no": "0007", "signer_relation": "spouse"}}
    village.visit(phone, "1001", "met_covered", 1, adults_listened=2, note="爱听", **signed)
    village.visit(phone, "1002", "met_covered", 2, app={"installed_now": 1}, commitment={"method": "declined"})
    village.visit(phone, "1003", "met_declined", 3)
    village.visit(phone, "1004", "nobody_home", 4, next_try={"slot": "evening", "date": "2026-12-01"})
    wrong = village.visit(phone, "1005", "nobody_home", 5)
    village.correct(phone, wrong.id, "1006", "met_later", village.at(6))
    slip = village.visit(phone, "1007", "met_covered", 7)
    village.void(phone, slip.id, village.at(8))
    phone.sync()
    assert phone.attention == []
    return village


@pytest.fixture
def tomorrow(walked: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day later, on which those who read the figures of 18:00 read the morning's."""
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=1))
