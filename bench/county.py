"""A county of any size, filled fast and truthfully: regions, grids, people, doors, visits and what they add up to.

Rows go in as sets, past the office's verbs; what the verbs would make of them comes from the same pure folds.
``agrees`` recounts some doors by the real verb: a truthful county stays as it is.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, literal, select, text

from bench.day import OUTCOMES, pick
from doorknock import clock, collecting, create_app, web
from doorknock.campaigns.models import PARTS, Campaign, CommitmentText, campaign_id
from doorknock.changes import GridHead
from doorknock.db import db, new_id
from doorknock.people import devices
from doorknock.people.models import Assignment, Person, open_session
from doorknock.places import tally
from doorknock.places.counters import MEASURES, Contribution, Counter, CounterPast
from doorknock.places.models import Place
from doorknock.regions.models import Grid, Region
from doorknock.visits import fold
from doorknock.visits.models import Visit

ROOT = Path(__file__).resolve().parent.parent
CODE, TOP = "990102", "990102000000"
CAMPAIGN = campaign_id(CODE, "2026-autumn")
CHUNK = 2000
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高", "建国桂兰秀英满仓玉梅永福家豪春生金凤德顺大山红霞"


@dataclass(frozen=True)
class Shape:
    """How many towns, villages a town, grids a village, groups a grid, doors a grid."""

    towns: int = 1
    villages: int = 1
    grids: int = 8
    groups: int = 2
    doors: int = 500

    def regions(self) -> Iterator[tuple[str, str, str]]:
        """(code, level, parent) from the top down, and per village its groups."""
        yield from (("990000000000", "province", ""), ("990100000000", "city", "990000000000"))
        yield TOP, "county", "990100000000"
        for t in range(1, self.towns + 1):
            town = f"{CODE}{t:03d}000"
            yield town, "town", TOP
            for v in range(201, 201 + self.villages):
                village = f"{CODE}{t:03d}{v}"
                yield village, "village", town
                yield from ((f"{village}{i:03d}", "group", village) for i in range(1, self.grids * self.groups + 1))

    def beats(self) -> Iterator[tuple[str, str, list[str]]]:
        """(grid, village, its groups)."""
        for village in [code for code, level, _ in self.regions() if level == "village"]:
            for i in range(self.grids):
                groups = [f"{village}{i * self.groups + j:03d}" for j in range(1, self.groups + 1)]
                yield f"{village}{i + 1:03d}", village, groups


def application(url: str, folder: Path) -> Flask:
    """An application on a database that may still be empty; the schema is brought up to date."""
    app = create_app({
        "SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder / "data"), "TESTING": True,
        "SECRET_KEY": "a secret for tests and for nothing else",
    })  # fmt: skip
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
    collecting.settle()  # as a server's process does
    return app


def fill(shape: Shape, visits: int = 0, seed: int = 1, days: int = 6) -> None:
    """Fill an empty database; ``visits`` are spread over all doors and the last ``days``. In an application context."""
    rng = random.Random(seed)
    _regions(shape, days)
    _people(shape)
    _doors(shape, rng)
    if visits:
        _visits(rng, visits, days)
    _count(days)
    db.session.execute(text("ANALYZE"))
    web.commit()


def _put(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            db.session.execute(insert(model), part)
            part.clear()
    if part:
        db.session.execute(insert(model), part)


def _regions(shape: Shape, days: int) -> None:
    paths: dict[str, str] = {"": ""}
    grid_of = {group: grid for grid, _, groups in shape.beats() for group in groups}
    rows = []
    for code, level, parent in shape.regions():
        paths[code] = f"{paths[parent]}/{code}".lstrip("/")
        rows.append({
            "code": code, "name": f"{level}{code[-6:]}", "level": level, "parent_code": parent or None,
            "path": paths[code], "grid_code": grid_of.get(code),
        })  # fmt: skip
    _put(Region, iter(rows))
    _put(Grid, ({"county": CODE, "code": g, "name": g[-3:], "village_code": v} for g, v, _ in shape.beats()))
    _put(GridHead, ({"county": CODE, "grid": grid, "seq": 0} for grid, _, _ in shape.beats()))
    today = clock.today()
    db.session.add(
        Campaign(
            county=CODE, id=CAMPAIGN, key="2026-autumn", name="秋季敲门行动", starts=today - timedelta(days=days),
            ends=today + timedelta(days=23), region_code=TOP, materials=[], parts=PARTS,
        )
    )  # fmt: skip
    db.session.flush()
    said = {"text": "不把验证码给别人。", "text_hash": "0" * 64, "made_at": clock.now()}
    db.session.add(CommitmentText(county=CODE, campaign_id=CAMPAIGN, version="1", number=1, **said))


def _people(shape: Shape) -> None:
    """A worker a grid (w1, w2 …), a clerk a village, town and county; of these the name is the region's code."""
    people, held = [], []
    for i, (grid, village, _) in enumerate(shape.beats(), 1):
        ident = new_id()
        people.append({
            "id": ident, "username": f"w{i}", "name": f"网格员{i}", "password_hash": "", "role": "worker",
            "region_code": village,
        })  # fmt: skip
        held.append({"county": CODE, "id": new_id(), "grid": grid, "person_id": ident})
    for code, level, _ in shape.regions():
        if level in ("county", "town", "village"):
            clerk = {"id": new_id(), "username": code, "name": f"办公室{code}", "role": level, "region_code": code}
            people.append(clerk | {"password_hash": ""})
    _put(Person, iter(people))
    _put(Assignment, iter(held))


def _doors(shape: Shape, rng: random.Random) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for grid, village, groups in shape.beats():
            for n in range(shape.doors):
                ident, group = new_id(), groups[n * len(groups) // shape.doors]
                yield {
                    "county": CODE, "id": ident, "village_code": village, "grid": grid, "group_code": group,
                    "local_no": f"{n + 1:03d}", "row_order": n, "address": {"door": f"{n + 1}号"}, "survivor_id": ident,
                    "contact_name": rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2)), "adults": 2, "needs": [],
                    "kind": "household", "source": "import", "status": "active", "do_not_return": False, "marks": {},
                }  # fmt: skip

    _put(Place, rows())


def _visits(rng: random.Random, count: int, days: int) -> None:
    doors = db.session.execute(select(Place.id, Place.grid).order_by(Place.id)).all()
    now = clock.now()

    def rows() -> Iterator[dict[str, Any]]:
        for i in range(count):
            door, ident, outcome = doors[i % len(doors)], new_id(), pick(rng, OUTCOMES)
            at = now - timedelta(seconds=rng.randrange(days * 86_400))
            app = rng.choice(fold.APP) if outcome in fold.COVERED else ""
            yield {
                "county": CODE, "id": ident, "root_id": ident, "place_id": door.id, "grid": door.grid, "at": at,
                "campaign_id": CAMPAIGN, "outcome": outcome, "mode": "planned", "recorded_at": at, "visited_at": at,
                "day": clock.day_of(at), "edition": clock.edition_of(at), "taken_at": at,
                "void": False, "source": "phone", "adults_listened": 2 * bool(app),
                "do_not_return": False, "facts": {}, "flags": [], "seq": i,
            } | {name: int(name == app) for name in fold.APP}  # fmt: skip

    _put(Visit, rows())


def _count(days: int) -> None:
    """Contributions by the fold that the office's verb uses, counters as their sums, and these as of each evening."""
    now = clock.edition_of(clock.now())
    counted = _Counted()
    for back in range(days + 1, 0, -1):
        counted.until(now - timedelta(days=back))
        _put(CounterPast, counted.stood(now - timedelta(days=back)))
    counted.until(now)
    _put(Contribution, counted.contributions())
    by = ("county", "campaign_id", "grid", "group_code")
    keys = [getattr(Contribution, name) for name in by]
    sums = select(*keys, literal(now), *(func.sum(getattr(Contribution, name)) for name in MEASURES)).group_by(*keys)
    db.session.execute(insert(Counter).from_select([*by, "edition", *MEASURES], sums))


class _Counted:
    """Every door's measures as one evening after the other found them, and their sums by grid and group."""

    def __init__(self) -> None:
        rows = db.session.execute(select(Place.id, Place.grid, Place.group_code)).all()
        self.where = {row.id: (row.grid, row.group_code) for row in rows}
        self.facts: dict[str, list[fold.Fact]] = defaultdict(list)
        self.measures: dict[str, dict[str, int]] = {}
        self.doors: dict[tuple[str, str], int] = defaultdict(int)
        self.sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
        for where in self.where.values():
            self.doors[where] += 1
        names = ("id", "place_id", "at", "outcome", *fold.APP, "edition")
        self.visits = iter(
            db.session.execute(select(*(getattr(Visit, name) for name in names)).order_by(Visit.at)).all()
        )
        self.waits = next(self.visits, None)

    def until(self, evening: date) -> None:
        """Count what was made by the end of this edition."""
        touched = set()
        while self.waits is not None and self.waits.edition <= evening:
            ident, place, at, outcome, *app, _edition = self.waits
            counts = (app[0], app[1], app[2], app[3], app[4])
            self.facts[place].append(fold.Fact(id=ident, root=ident, at=at, place=place, outcome=outcome, app=counts))
            touched.add(place)
            self.waits = next(self.visits, None)
        for place in touched:
            before, after = self.measures.get(place, {}), fold.measures(self.facts[place])
            for name, value in after.items():
                self.sums[self.where[place]][name] += value - before.get(name, 0)
            self.measures[place] = after

    def stood(self, evening: date) -> Iterator[dict[str, Any]]:
        """The counters of an evening that is over."""
        empty = dict.fromkeys(MEASURES, 0) | {"county": CODE, "since": evening, "through": evening}
        for (grid, group), doors in self.doors.items():
            key = empty | {"grid": grid, "group_code": group}
            yield key | {"campaign_id": "", "n": doors, "d": doors}
            yield key | {"campaign_id": CAMPAIGN} | self.sums[grid, group]

    def contributions(self) -> Iterator[dict[str, Any]]:
        """Every door's own."""
        empty = dict.fromkeys(MEASURES, 0)
        for ident, (grid, group) in self.where.items():
            key = {"county": CODE, "place_id": ident, "grid": grid, "group_code": group}
            yield key | empty | {"campaign_id": "", "n": 1, "d": 1}
            if ident in self.measures:
                yield key | empty | {"campaign_id": CAMPAIGN} | self.measures[ident]


def again(times: int) -> None:
    """Every visit so many times more, at the same instant: of all that counts only the number of visits grows."""
    names = [column.name for column in Visit.__table__.columns]
    fresh = "cast(:turn + 10 as varchar(2)) || substr(id, 3)"
    wanted = ", ".join(fresh if name in ("id", "root_id") else name for name in names)
    # Ids of this century begin with 01; those of the copies with 11, 12 …
    copy = text(f"INSERT INTO visit ({', '.join(names)}) SELECT {wanted} FROM visit WHERE id LIKE '01%'")  # noqa: S608
    for turn in range(1, times + 1):
        db.session.execute(copy, {"turn": turn})
    for table in ("contribution", "counter", "counter_past"):
        db.session.execute(text(f"UPDATE {table} SET visits = visits * :times"), {"times": times + 1})  # noqa: S608
    db.session.execute(text("ANALYZE"))
    web.commit()


def agrees(sample: int = 300) -> bool:
    """Whether recounting some doors by the office's own verb leaves every counter as it was filled."""
    query = select(Counter.__table__).order_by(Counter.campaign_id, Counter.grid, Counter.group_code)
    before = db.session.execute(query).all()
    tally.recount(CODE, db.session.scalars(select(Place.id).order_by(Place.id).limit(sample)).all())
    same = db.session.execute(query).all() == before
    web.rollback()
    return same


def token_of(username: str) -> str:
    """A phone of this person, enrolled; commits."""
    person = db.session.scalars(select(Person).where(Person.username == username)).one()
    _, token = devices.enrol(person, "试验机", "bench")
    web.commit()
    return token


def session_of(username: str) -> str:
    """The cookie's secret of an office session of this person; commits."""
    secret = open_session(db.session.scalars(select(Person).where(Person.username == username)).one())
    web.commit()
    return secret
