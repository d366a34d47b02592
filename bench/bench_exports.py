"""A town's ledger of visits as .csv and as .xlsx, made by the worker in a process of its own.

Its memory is what the process grows by while it writes, over what it had once it stood ready with one small export
made: the rows of any size must not add to it.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from threading import Thread

from sqlalchemy import func, select, update

from bench import county, servers
from bench.harness import publish
from doorknock import web
from doorknock.coverage.figures import campaigns_in
from doorknock.db import db
from doorknock.exports import exporting, making, ordering
from doorknock.exports.exporting import ExportJob
from doorknock.exports.ordering import Wish
from doorknock.people.models import by_username
from doorknock.regions.models import region
from doorknock.visits import fold
from doorknock.visits.models import Visit

SHAPE = county.Shape(towns=2, villages=10, grids=5, groups=2, doors=145)
TOWN, VISITS, MOST = f"{county.CODE}001000", 500_000, {"csv": 60, "xlsx": 90}
GROWTH = 150
"""MB."""


def resident(pid: int | str = "self") -> float:
    """MB of a process that lie in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Peak(Thread):
    """Looks every 20 ms how much memory this process has."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.over = resident(), False

    def run(self) -> None:
        while not self.over:
            self.most = max(self.most, resident())
            time.sleep(0.02)


def make(url: str, folder: Path, kind: str) -> None:
    """In a process of its own: a small export, then the large one; says seconds, growth, rows, bytes."""
    app = county.application(url, folder)
    with app.app_context():
        ordered(f"{county.CODE}002201", kind)
    making.work(app)
    before, peak = resident(), Peak()
    with app.app_context():
        key = ordered(TOWN, kind)
    peak.start()
    began = time.perf_counter()
    making.work(app)
    seconds = time.perf_counter() - began
    peak.over = True
    peak.join()
    with app.app_context():
        job = db.session.get_one(ExportJob, key)
        if job.state != exporting.DONE:
            raise RuntimeError(f"not made: {job.state} {job.told}")
        told = {"seconds": seconds, "growth": peak.most - before, "rows": job.rows, "file": str(job.file)}
    print(json.dumps(told), flush=True)


def ordered(code: str, kind: str) -> tuple[str, str]:
    """An export that waits, as the region's office asks for it; commits."""
    here, person = region(code), by_username(code)
    if person is None:
        raise RuntimeError(f"nobody is called {code}")
    wish = Wish("visits", kind, "2026-autumn", "", "", "measured")
    job = ordering.order(wish, here, campaigns_in(here), by=person)
    key = (job.county, job.id)
    web.commit()
    return key


def rows_of(file: Path) -> int:
    """How many rows a reader finds below the head."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return sum(1 for _row in csv.reader(lines)) - 1
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        found, rest = 0, b""
        while data := sheet.read(1 << 20):
            found += (rest + data).count(b"<row ") - rest.count(b"<row ")
            rest = data[-4:]
        return found - 1


def talk() -> None:
    """Visits say as much as phones say of them: what was given, and when to come again."""
    given = {"materials": [{"material": "leaflet", "quantity": 1}, {"material": "door_card", "quantity": 1}]}
    later = {"next_try": {"slot": "evening", "date": "2026-12-01"}, "note": "门口有狗，从后门进"}
    covered = Visit.outcome.in_(sorted(fold.COVERED))
    db.session.execute(update(Visit).where(covered).values(facts=given))
    db.session.execute(update(Visit).where(~covered).values(facts=later))
    web.commit()


def measure(kind: str, visits: int = VISITS) -> None:
    """Print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        with app.app_context():
            county.fill(SHAPE, 2 * visits)
            if not county.agrees():
                raise RuntimeError("the county was not filled truthfully")
            talk()
            wanted = db.session.scalar(select(func.count()).where(Visit.grid.startswith(TOWN[:9])))
            db.session.remove()
            db.engine.dispose()
        for form, most in MOST.items():
            asked = [sys.executable, "-m", "bench.bench_exports", "--make", url, str(folder), form]
            done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)
            told = json.loads(done.stdout.splitlines()[-1])
            if (told["rows"], rows_of(Path(told["file"]))) != (wanted, wanted):
                raise RuntimeError(f"not all rows are in it: {told}")
            share, seconds, growth = VISITS / told["rows"], told["seconds"], told["growth"]
            publish(
                f"export of {told['rows']:,} visits to .{form}, {kind}",
                must=f"≤ {most / share:.0f} s, ≤ {GROWTH} MB more", aim=f"≤ {most / share / 2:.0f} s",
                measured=f"{seconds:.1f} s, {growth:.0f} MB more", ok=seconds * share <= most and growth <= GROWTH,
            )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        few = [int(each) for each in sys.argv[1:] if each.isdigit()]
        for name in [each for each in sys.argv[1:] if not each.isdigit()] or ("SQLite", "PostgreSQL"):
            measure(name, *few)
