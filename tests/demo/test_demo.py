"""The demo opens on 青禾镇 in the middle of its week: something promised, something to decide, silent phones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from doorknock import clock
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.places.models import Place
from doorknock.regions.models import region
from doorknock.sync import quarantine
from doorknock.tasks import due
from doorknock.visits.models import Visit
from doorknock.visits.models import families as visits_of

HEFENG = "990102103201"
QUARTER_TO_SIX = datetime.fromisoformat("2026-11-18T17:45:00+08:00")


@contextmanager
def opened(app: Flask, moment: datetime) -> Iterator[Flask]:
    """青禾镇 as the demo opens at a moment."""
    with clock.pinned(moment), app.app_context():
        done = app.test_cli_runner().invoke(args=["demo"])
        assert done.exit_code == 0, done.output or repr(done.exception)
        yield app


def said(app: Flask, *command: str) -> Any:
    return json.loads(app.test_cli_runner().invoke(args=[*command, "--json"]).stdout)


def test_where_others_can_reach_it_the_demo_is_refused_for_everybody_knows_its_passwords(app: Flask) -> None:
    app.config.update(TESTING=False, PUBLIC_URL="https://qinghe.example")
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["demo"])
        assert done.exit_code == 1
        assert "只放在本机试用" in done.output
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_by_day_the_town_opens_with_all_that_waits_and_a_second_run_changes_nothing(app: Flask) -> None:
    with opened(app, QUARTER_TO_SIX) as town:
        all_that_waits(town)
        assert said(town, "sync", "verify")["ok"]
        assert said(town, "sync", "rebuild")["different"] == 0
        before = said(town, "coverage", "show", "--region", HEFENG)
        assert town.test_cli_runner().invoke(args=["demo"]).exit_code == 0
        assert said(town, "coverage", "show", "--region", HEFENG) == before


def test_the_town_asks_for_talks_and_plaques_and_some_of_it_is_done(app: Flask) -> None:
    with opened(app, QUARTER_TO_SIX):
        found = due.asked(region("990102103000"), clock.today())
    standing = {each.task.name: (each.days, [(line.done, line.target) for line in each.lines]) for each in found}
    assert standing["每周一场宣讲"] == (0, [(1, 1), (0, 1), (0, 1)])
    assert standing["赶集那天摆一次点"] == (-2, [(1, 1), (1, 1), (0, 1)]), "two villages did, 柳林村 is two days late"
    [*_, plaques] = standing["挂宣传门牌"][1]
    assert plaques[0] == 0
    assert all(0 < done < target for done, target in standing["挂宣传门牌"][1][:2])


def test_before_dawn_the_same_waits(app: Flask) -> None:
    with opened(app, QUARTER_TO_SIX.replace(hour=3)) as town:
        all_that_waits(town)


def all_that_waits(town: Flask) -> None:
    """Something promised, something to decide, something held, two phones that are silent."""
    items = said(town, "places", "review", "--village", HEFENG)["items"]
    assert Counter(i["kind"] for i in items) == Counter(new=3, away=2, wrong=1, duplicate=1, back=1), "at any hour"
    held = quarantine.entries(region("990102103000"))
    assert sorted(e.code for e in held) == ["bad_body", "clock_future", "out_of_scope"]
    assert len(quarantine.entries(region(HEFENG))) == 2, "as README says"
    promised = [v.facts["next_try"] for v in _visits("三组12号") if v.facts.get("next_try")]
    assert promised == [{"slot": "evening", "date": "2026-11-18"}]
    assert [v.outcome for v in _visits("三组13号")] == ["nobody_home", "nobody_home"]
    phones = _phones()
    assert phones["w5"].pending == 3
    assert _last(phones["w6"]) < min(_last(phone) for name, phone in phones.items() if name != "w6")


def _phones() -> dict[str, Device]:
    query = select(Person.username, Device).join(Person, Person.id == Device.worker_id)
    return {row.username: row.Device for row in db.session.execute(query)}


def _last(device: Device) -> datetime:
    assert device.last_contact is not None
    return device.last_contact


def _visits(door: str) -> list[Visit]:
    query = select(Place).where(Place.village_code == HEFENG)
    [place] = [p for p in db.session.scalars(query) if p.address.get("door") == door]
    return visits_of(place.county, [place.id])
