"""A village's roster of 20,000 rows: read, planned and shown, then read again and carried out, as in the office."""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench import county, servers
from bench.harness import publish
from doorknock import create_app, web
from doorknock.db import db
from doorknock.demo import town
from doorknock.places import roster
from doorknock.regions.models import region

ROWS, TURNS = 20_000, 5
SHAPE = county.Shape(villages=TURNS, grids=20, groups=1, doors=0)


def one(url: str, folder: str, code: str) -> None:
    """Preview and apply in a process of its own; its seconds and its greatest size as JSON."""
    data = (Path(folder) / "roster.xlsx").read_bytes()
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": folder, "TESTING": True, "SECRET_KEY": "x" * 16})
    start = time.perf_counter()
    with app.app_context():
        shown = roster.plan(data, region(code)).summary()
        db.session.remove()
        seen = time.perf_counter()
        roster.carry_out(roster.plan(data, region(code)), by=None)
        web.commit()
    done = time.perf_counter()
    if shown["added"] != ROWS:
        raise RuntimeError(f"not {ROWS} rows: {shown['added']}")
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"preview": seen - start, "apply": done - seen, "mb": size}))


def measure(kind: str) -> None:
    """Import into one village after another; print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        with app.app_context():
            county.fill(SHAPE)
            codes = [code for code, level, _ in SHAPE.regions() if level == "village"]
            db.session.remove()
        seconds, sizes = [], []
        for turn, code in enumerate(codes):
            names = tuple(f"group{code[-3:]}{i:03d}" for i in range(1, SHAPE.grids + 1))
            book = town.workbook("大村", names, ROWS, random.Random(turn))
            (folder / "roster.xlsx").write_bytes(book)
            command = [sys.executable, __file__, "one", url, str(folder), code]
            said = json.loads(subprocess.run(command, check=True, capture_output=True, env=os.environ).stdout)
            seconds.append(said["preview"] + said["apply"])
            sizes.append(said["mb"])
            print(kind, said, flush=True)
    middle, size = statistics.median(seconds), max(sizes)
    publish(
        f"roster import, 20,000 rows, preview and apply, {kind}", must="≤ 60 s, ≤ 300 MB", aim="≤ 20 s",
        measured=f"{middle:.1f} s, {size:.0f} MB", ok=middle <= 60 and size <= 300,
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*sys.argv[2:])
    else:
        for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
            measure(kind)
