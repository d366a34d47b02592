"""What needs eyes is told with every answer: in order, and without reading all that a phone ever sent."""

from __future__ import annotations

from sqlalchemy import create_engine

from doorknock.db import Base, db
from doorknock.people.devices import Device
from doorknock.plans import Plan
from doorknock.sync import journal
from tests.hefeng import Hefeng

NOBODY = "01900000-0000-7000-8000-0000000000ee"


def test_what_needs_eyes_is_told_in_the_order_of_its_numbers(village: Hefeng) -> None:
    wang = village.phone("wang")
    for outcome in ("nobody_home", "no such outcome", "met_later"):
        wang.event("visit", {"place_id": NOBODY, "outcome": outcome})
    wang.sync()
    with village.app.app_context():
        device = db.session.query(Device).filter_by(id=wang.device_id).one()
        told = journal.attention(device)
        assert [row["n"] for row in told] == [1, 2, 3]
        assert [row["code"] for row in told] == ["unknown_place", "bad_body", "unknown_place"]


def test_sqlite_finds_it_by_state_and_walks_no_phones_whole_journal() -> None:
    engine = create_engine("sqlite://")
    asked = Plan(journal._EYES, engine.dialect).text
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("",) * asked.count("?"))
        [step] = [row[-1] for row in plan]
    assert "ix_journal_eyes (county=? AND device_id=? AND state=?)" in step
