"""Questions on the driver's own cursor: the same rows, and the same faults, as by SQLAlchemy's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from doorknock import lookup
from doorknock.changes import Change
from doorknock.db import db, table_of
from doorknock.places.models import Place
from doorknock.sets import fresh, insert_all, upsert
from doorknock.sync.journal import JournalLine, Meta
from tests.hefeng import Hefeng

pytestmark = pytest.mark.db
COUNTY = "990102"
PLACES = select(table_of(Place)).where(Place.county == lookup.given("county"), lookup.among(Place.id))
SOME = select(Place.id).where(Place.county == lookup.given("county"), Place.status.in_(("active", "away"))).limit(3)
AT = select(Change.changed_at).where(Change.row_id == lookup.given("id"))
VALUE = select(Meta.value).where(Meta.key == lookup.given("key"))


def test_a_plan_answers_what_sqlalchemy_answers(village: Hefeng) -> None:
    with village.app.app_context():
        ids = list(db.session.scalars(select(Place.id).order_by(Place.id)))
        slowly = db.session.execute(select(table_of(Place)).order_by(Place.id)).all()
        quickly = sorted(lookup.rows(PLACES, county=COUNTY, ids=ids), key=lambda row: row.id)
        assert [tuple(row) for row in quickly] == [tuple(row) for row in slowly]
        assert quickly[0]._fields == tuple(slowly[0]._fields)
        assert lookup.rows(PLACES, county=COUNTY, ids=[]) == []
        assert len(lookup.rows(SOME, county=COUNTY)) == 3


def test_an_instant_comes_back_as_it_went_in(village: Hefeng) -> None:
    instants = [
        datetime(2026, 11, 22, 8, 0, 0, 1, UTC), datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=8))),
        datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
    ]  # fmt: skip
    with village.app.app_context():
        for number, instant in enumerate(instants):
            key = {"county": COUNTY, "grid": "990102103201001", "kind": "visit", "row_id": f"row {number}"}
            upsert(Change, [key | {"seq": number, "removed": False, "changed_at": instant}], key)
            assert lookup.one(AT, id=f"row {number}") == instant
            assert db.session.scalar(select(Change.changed_at).where(Change.row_id == f"row {number}")) == instant


def test_what_goes_wrong_is_raised_as_sqlalchemy_raises_it(village: Hefeng) -> None:
    with village.app.app_context(), pytest.raises(IntegrityError) as twice:
        insert_all(Meta, [fresh(Meta, key="twice", value="1"), fresh(Meta, key="twice", value="2")])
    assert twice.value.params is None


def cut(connection: Connection) -> None:
    """Nobody is at the other end any more."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.close()  # type: ignore[union-attr]  # it is there: it has just answered
        return
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with db.engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")


def test_a_connection_that_is_gone_is_given_up(village: Hefeng) -> None:
    with village.app.app_context():
        assert lookup.one(VALUE, key="epoch")
        cut(db.session.connection())
        with pytest.raises(DBAPIError) as gone:
            lookup.one(VALUE, key="epoch")
        assert gone.value.connection_invalidated
        db.session.rollback()
        assert lookup.one(VALUE, key="epoch")


def test_what_is_fresh_can_do_what_its_model_can() -> None:
    line = fresh(JournalLine, line=b'{"body":{"outcome":"met_covered"}}')
    assert (line.body, line.code, line.chain_marked) == ({"outcome": "met_covered"}, None, False)
