"""What a rebuild cannot work out from the journal: when visits took effect, and what counters said at past evenings."""

from __future__ import annotations

from sqlalchemy import Date, insert, literal, select, text

from doorknock import clock
from doorknock.db import db, table_of
from doorknock.places.counters import COUNTER_KEY, DAY, MEASURES, Counter, CounterPast

_counter, _past = table_of(Counter), table_of(CounterPast)
_NOTEBOOK = text("CREATE TEMPORARY TABLE witnessed (id VARCHAR(36) PRIMARY KEY, taken_at TIMESTAMP NOT NULL)")
_NOTE = text("INSERT INTO witnessed SELECT id, taken_at FROM visit WHERE county = :county")
_TELL = text(
    "UPDATE visit SET taken_at = (SELECT w.taken_at FROM witnessed w WHERE w.id = visit.id)"
    " WHERE county = :county AND id IN (SELECT id FROM witnessed)"
)
_FORGET = text("DROP TABLE witnessed")


def call(county: str) -> None:
    """Before the rows are set aside: what visits have seen is noted, and what counters say becomes yesterday's."""
    today = clock.edition_of(clock.now())
    told = select(
        *(_counter.c[name] for name in COUNTER_KEY), _counter.c.edition, literal(today - DAY, Date()),
        *(_counter.c[name] for name in MEASURES),
    ).where(_counter.c.county == county, _counter.c.edition < today)  # fmt: skip
    db.session.execute(insert(_past).from_select([*COUNTER_KEY, "since", "through", *MEASURES], told))
    db.session.execute(_NOTEBOOK)
    db.session.execute(_NOTE, {"county": county})


def heard(county: str) -> None:
    """Behind the replay: visits took effect when they did."""
    db.session.flush()
    db.session.execute(_TELL, {"county": county})
    db.session.execute(_FORGET)
