"""What staff do to a commitment while the person stands there: take it back at once, without asking why."""

from __future__ import annotations

from datetime import date, datetime, time

from doorknock import audit, changes, clock
from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import erased, tally
from doorknock.places.models import by_ids
from doorknock.words import _

KIND = "withdraw"


def withdraw(found: Commitment, *, day: date, by: str) -> None:
    """The household takes this commitment back, as said on that day. Refused where it no longer stands."""
    places = by_ids(found.county, [found.place_id])
    places |= by_ids(found.county, [p.survivor_id for p in places.values()])
    changes.lock({p.grid for p in places.values()})
    erased.refuse(*by_ids(found.county, places).values())
    fresh = db.session.get(Commitment, (found.county, found.id), populate_existing=True)
    if fresh is None or fresh.superseded_by or fresh.withdrawn_at:
        raise Refused(_("这份承诺书已经撤回了，或者已经改过。请刷新看一下。"))
    if not clock.day_of(found.at) <= day <= clock.today():
        raise Refused(_("撤回的日期要在签的那天到今天之间。"))
    body = {"place_id": found.place_id, "commitment_id": found.id}
    deed = changes.record(KIND, {p.grid for p in places.values()}, by, body)
    deed.body = body | {"at": max(_moment(day, deed.at), found.at).isoformat()}
    replay(deed)
    village = places[found.place_id].village_code
    audit.record("commitment.withdraw", village, by=by, subject=found.id, place=found.place_id)
    tally.recount(found.county, [found.place_id])


def replay(deed: Deed) -> None:
    """Write a recorded withdrawal down again (rebuild); a recount draws the consequences, as for a phone's."""
    db.session.add(
        Withdrawal(
            county=deed.county, id=deed.id, place_id=deed.body["place_id"], commitment_id=deed.body["commitment_id"],
            at=datetime.fromisoformat(deed.body["at"]), worker_id=deed.by,
        )
    )  # fmt: skip
    db.session.flush()


def _moment(day: date, now: datetime) -> datetime:
    return min(datetime.combine(day, time(23, 59), clock.SHANGHAI), now)
