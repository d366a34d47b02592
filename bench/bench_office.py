"""The office at the size of a county: every page, and freezing, over 174,000 places and two million visits.

Pages are asked in turn, by the village's, a town's and the county's clerk; each page's own figure is printed, and the
slowest one is published. Freezing makes every paper of an evening (county, towns, villages) afresh each time.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench import county, servers
from bench.harness import publish
from doorknock import clock
from doorknock.db import db, set_writing
from doorknock.people.sessions import COOKIE
from doorknock.places.models import Place
from doorknock.reports import calendar, freezing
from doorknock.visits.models import Visit

SHAPE = county.Shape(towns=24, villages=15, grids=2, groups=2, doors=242)
FEW, TIMES, DAYS, TURNS, FREEZES = 200_000, 9, 144, 12, 5
"""A tenth of the visits, how many times more they are copied, over how many days; turns of each page; evenings."""
TOWN, VILLAGE = f"{county.CODE}001000", f"{county.CODE}001201"
PAGES = (
    "/office", "/office/leader", "/office/coverage/{code}", "/office/gaps/{code}", "/office/short/{code}",
    "/office/visits?region={code}", "/office/doors?region={code}&of=d", "/office/reports/{code}",
    "/office/reports/{code}?kind=weekly", "/office/exports/{code}", "/office/campaigns", "/office/tasks/{code}",
    "/office/audit", "/office/review", "/office/places", "/office/people",
)  # fmt: skip
REFUSED = (403, 404)
"""Not everybody may open every page."""


def percentile(seconds: list[float], part: int) -> float:
    """So many of a hundred were answered within these seconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[part - 1]


def clients(app: Flask) -> Iterator[tuple[str, FlaskClient]]:
    """The code of each clerk's region, and their browser."""
    for code in (VILLAGE, TOWN, county.TOP):
        with app.app_context():
            secret = county.session_of(code)
            db.session.remove()
        client = app.test_client()
        client.set_cookie(COOKIE, secret)
        yield code, client


def pages(app: Flask) -> dict[str, list[float]]:
    """Page and region → seconds of its answers."""
    found: dict[str, list[float]] = {}
    for code, client in clients(app):
        for page in PAGES:
            path = page.format(code=code)
            if client.get(path, follow_redirects=True).status_code in REFUSED:
                continue
            for _turn in range(TURNS):
                began = time.perf_counter()
                answer = client.get(path, follow_redirects=True)
                found.setdefault(f"{page} {code}", []).append(time.perf_counter() - began)
                if answer.status_code != 200:
                    raise RuntimeError(f"{answer.status_code}: {path}")
    return found


def freezes(app: Flask) -> list[float]:
    """Seconds of freezing the last evenings' 日报, the first one warm."""
    taken = []
    with app.app_context():
        due = [each for each in calendar.due(clock.now()) if each.kind == "daily"][-FREEZES - 1 :]
        for each in due:
            set_writing(True)
            began = time.perf_counter()
            made = freezing.freeze(each)
            taken.append(time.perf_counter() - began)
            if made != 1 + SHAPE.towns * (1 + SHAPE.villages):
                raise RuntimeError(f"{made} papers")
    return taken[1:]


def measure(kind: str) -> None:
    """Print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        with app.app_context():
            county.fill(SHAPE, FEW, days=DAYS)
            if not county.agrees():
                raise RuntimeError("the county was not filled truthfully")
            county.again(TIMES)
            places, visits = (db.session.scalar(select(func.count()).select_from(m)) or 0 for m in (Place, Visit))
            db.session.remove()
        frozen = freezes(app)
        seconds = pages(app)
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    size = f"{places:,} places, {visits:,} visits, {SHAPE.towns * SHAPE.villages * SHAPE.grids} grids, {kind}"
    slow = {page: percentile(each, 95) for page, each in seconds.items()}
    for page, p95 in sorted(slow.items(), key=lambda each: -each[1]):
        print(f"{p95 * 1000:7.0f} ms  {page}")
    publish(
        f"every office page: {size}", must="p95 ≤ 300 ms", aim="≤ 150 ms", ok=max(slow.values()) <= 0.3,
        measured=f"slowest {max(slow.values()) * 1000:.0f} ms, median of pages "
        f"{statistics.median(statistics.median(each) for each in seconds.values()) * 1000:.0f} ms",
    )  # fmt: skip
    coverage = max(p95 for page, p95 in slow.items() if page.startswith("/office/coverage"))
    publish(
        f"coverage: {size}", must="≤ 100 ms", aim="≤ 60 ms", measured=f"p95 {coverage * 1000:.0f} ms",
        ok=coverage <= 0.1,
    )  # fmt: skip
    publish(
        f"freezing an evening's {1 + SHAPE.towns * (1 + SHAPE.villages)} papers: {size}", must="≤ 5 s", aim="≤ 2 s",
        measured=f"{statistics.median(frozen):.1f} s, slowest {max(frozen):.1f} s", ok=max(frozen) <= 5,
    )  # fmt: skip


if __name__ == "__main__":
    for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        measure(kind)
