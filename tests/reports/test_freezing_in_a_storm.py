"""禾丰村's phones deliver while it strikes six: what is frozen, what comes late and what counts later add up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from doorknock import clock
from doorknock.coverage import figures
from doorknock.db import db
from doorknock.papers.keeping import to_json
from doorknock.papers.paper import Figure, Paper, Paragraph
from doorknock.regions.models import region
from doorknock.reports import freezing
from doorknock.reports.counting import Asked
from doorknock.reports.models import Report
from doorknock.visits import made
from doorknock.visits.models import Visit
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng
from tests.reports.reading import drop_all, lines, papers
from tests.wire.client import Phone

DOORS = {"wang": ("1001", "1002", "1003", "1004"), "li": ("1009", "1010", "1011", "1012")}
LASTS = 5.0
"""Seconds of the storm; six strikes in its middle."""


@pytest.fixture
def striking(evening: Evening, wang: Phone, li: Phone, monkeypatch: pytest.MonkeyPatch) -> Evening:
    """It is a few seconds before six for everybody, and the clock goes on."""
    begins, zero = evening.instant("18:00") - timedelta(seconds=LASTS / 2), time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: begins + timedelta(seconds=time.monotonic() - zero))
    wang.now = li.now = clock.now
    return evening


def deliver(village: Hefeng, phone: Phone, doors: tuple[str, ...], until: datetime) -> None:
    """Visits, and now and then a correction of one, each sent at once."""
    number, last = 0, ""
    while clock.now() < until:
        at = (clock.now() - timedelta(minutes=20) - village.start).total_seconds() / 60
        door = doors[number % len(doors)]
        if number % 3 == 2:
            village.correct(phone, last, door, "met_covered", village.at(at))
        else:
            last = village.visit(phone, door, "nobody_home" if number % 2 else "met_covered", at).id
        phone.sync()
        number += 1


def test_what_is_frozen_in_a_storm_adds_up(striking: Evening, wang: Phone, li: Phone) -> None:
    village, six = striking.village, striking.instant("18:00")
    with ThreadPoolExecutor(2) as pool:
        storm = [
            pool.submit(deliver, village, phone, DOORS[name], six + timedelta(seconds=LASTS / 2))
            for name, phone in (("wang", wang), ("li", li))
        ]
        time.sleep(max(0.0, (six - clock.now()).total_seconds()))
        village.flask("reports", "freeze", "--json")
        for each in storm:
            each.result(60)
    paper = papers(village, VILLAGE)[striking.day]
    frozen = int(lines(paper)["全村"][0])
    campaign = village.campaign()
    with village.app.app_context():
        taken = db.session.scalar(select(func.count()).select_from(Visit).where(Visit.taken_at < six))
        assert taken, "the storm began before six"
        assert db.session.scalar(select(func.count()).select_from(Visit).where(Visit.taken_at >= six))
        span = Asked(campaign, striking.day, striking.day).span(striking.day, striking.day)
        since = made.since(span, six)
        late, gone = sum(each.late for each in since.values()), sum(each.gone for each in since.values())
        counts = sum(each.visits for each in made.by_grid(span).values())
        assert frozen + late - gone == counts
        assert frozen == sum(each.visits for each in made.by_grid(span, six).values())
        node = figures.tree(region(VILLAGE), [campaign], striking.day)
        closed = next(each for each in told(paper) if each.key == "closed")
        assert (closed.value, node.sums["d"]) == (node.sums["closed"], 12)
    drop_all(village)
    village.flask("reports", "freeze", "--json")
    assert to_json(papers(village, VILLAGE)[striking.day]) == to_json(paper)


def told(paper: Paper) -> list[Figure]:
    """The figures of a paper's sentences."""
    paragraphs = [part for part in paper.parts() if isinstance(part, Paragraph)]
    return [piece for each in paragraphs for piece in each.pieces if isinstance(piece, Figure)]


def test_two_keepers_at_once_make_each_paper_once(striking: Evening, wang: Phone) -> None:
    village = striking.village
    deliver(village, wang, DOORS["wang"], clock.now() + timedelta(seconds=1))
    time.sleep(max(0.0, (striking.instant("18:00") - clock.now()).total_seconds()))

    def keep() -> int:
        with village.app.app_context():
            return sum(count for _due, count in freezing.catch_up(clock.now()))

    with ThreadPoolExecutor(2) as pool:
        made_by = list(pool.map(lambda _: keep(), range(2)))
    with village.app.app_context():
        per = select(Report.region_code, Report.kind, Report.last).group_by(
            Report.region_code, Report.kind, Report.last, Report.turn
        )
        assert len(db.session.execute(per).all()) == db.session.scalar(select(func.count()).select_from(Report))
        assert db.session.scalar(select(func.count()).select_from(Report)) == sum(made_by)
