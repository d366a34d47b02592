"""What the office plans from the doors as it read them, while phones and other clerks change these doors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from doorknock import web
from doorknock.changes import Deed
from doorknock.db import db, set_writing
from doorknock.places import importing, moving, undoing
from doorknock.places.standing import Decision
from doorknock.privacy import erase
from doorknock.regions.models import region
from tests.hefeng import VILLAGE, Hefeng
from tests.places.test_roster_pages import finished, send, workbook
from tests.privacy.test_erase_meanwhile import COUNTY, door, person
from tests.wire.roster import HEFENG

SECOND_GROUP = "990102103201002"


def while_planned(monkeypatch: pytest.MonkeyPatch, where: Any, meanwhile: Callable[[], object]) -> threading.Thread:
    """When the office has read the doors, somebody else begins; a second later the office goes on."""
    other = threading.Thread(target=meanwhile)
    planned = where.plan

    def slowly(*arguments: Any, **options: Any) -> Any:
        made = planned(*arguments, **options)
        other.start()
        time.sleep(1)
        return made

    monkeypatch.setattr(where, "plan", slowly)
    return other


def deeds(kind: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Deed).where(Deed.kind == kind)) or 0


def test_a_correction_that_comes_while_a_roster_is_being_read_is_not_overwritten(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    phone.event("place_edit", {"place_id": village.ids["1001"], "landmark": "祠堂边"}, village.at(1))
    rows = [row._replace(landmark="老槐树西") if row.number == "1001" else row for row in HEFENG]
    job = send(chen, workbook(village, rows))
    other = while_planned(monkeypatch, importing, phone.sync)
    chen.post(job)
    assert "导入好了" in finished(chen, job)
    other.join()
    with village.app.app_context():
        assert door(village).landmark == "祠堂边"
    village.stands()


def test_a_household_erased_while_its_move_is_being_planned_leaves_no_word_of_the_move(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erases() -> None:
        with village.app.app_context():
            set_writing(True)
            erase.household(door(village), by=None)
            web.commit()

    with village.app.app_context():
        set_writing(True)
        other = while_planned(monkeypatch, moving, erases)
        moving.move(region(VILLAGE), [village.ids["1001"]], SECOND_GROUP, by=person("tang").id)
        web.commit()
    other.join()
    with village.app.app_context():
        assert deeds("move") == 0
    village.stands()


def test_a_decision_that_two_clerks_take_back_is_taken_back_once(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "away", minutes=1)
    phone.sync()
    chen, item = village.office("chen"), village.item("away", "1001")
    chen.post(f"/office/review/{VILLAGE}/{item}/accept")
    with village.app.app_context():
        seen = list(db.session.scalars(select(Decision).where(Decision.county == COUNTY)))
        db.session.expunge_all()
        db.session.rollback()
        chen.post(f"/office/decided/{VILLAGE}/{item}")
        undoing.take_back(seen, by=None)
        web.commit()
        assert deeds("undo") == 1
    village.stands()
