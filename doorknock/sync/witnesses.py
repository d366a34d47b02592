"""What a rebuild cannot work out from the journal: when things took effect, and what counters said at past evenings."""

from __future__ import annotations

from sqlalchemy import Date, column, insert, literal, select, table, text, update

from doorknock import clock
from doorknock.db import db, table_of
from doorknock.places.counters import COUNTER_KEY, DAY, MEASURES, Counter, CounterPast
from doorknock.tasks.models import Activity, Posting
from doorknock.visits.models import Visit

_counter, _past = table_of(Counter), table_of(CounterPast)
_SEEN = [table_of(model) for model in (Visit, Activity, Posting)]
_NOTEBOOK = text("CREATE TEMPORARY TABLE witnessed (id VARCHAR(36) PRIMARY KEY, taken_at TIMESTAMP NOT NULL)")
_witnessed = table("witnessed", column("id"), column("taken_at"))
_FORGET = text("DROP TABLE witnessed")


def call(county: str) -> None:
    """Before the rows are set aside: when each took effect is noted, and what counters say becomes yesterday's."""
    today = clock.edition_of(clock.now())
    told = select(
        *(_counter.c[name] for name in COUNTER_KEY), _counter.c.edition, literal(today - DAY, Date()),
        *(_counter.c[name] for name in MEASURES),
    ).where(_counter.c.county == county, _counter.c.edition < today)  # fmt: skip
    db.session.execute(insert(_past).from_select([*COUNTER_KEY, "since", "through", *MEASURES], told))
    db.session.execute(_NOTEBOOK)
    for seen in _SEEN:
        noted = select(seen.c.id, seen.c.taken_at).where(seen.c.county == county)
        db.session.execute(insert(_witnessed).from_select(["id", "taken_at"], noted))


def heard(county: str) -> None:
    """Behind the replay: everything took effect when it did."""
    db.session.flush()
    for seen in _SEEN:
        when = select(_witnessed.c.taken_at).where(_witnessed.c.id == seen.c.id).scalar_subquery()
        there = (seen.c.county == county) & seen.c.id.in_(select(_witnessed.c.id))
        db.session.execute(update(seen).values(taken_at=when).where(there))
    db.session.execute(_FORGET)
