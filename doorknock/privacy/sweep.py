"""The sweep: everything whose time is over leaves, in batches, each a transaction of its own.

It may be cut off anywhere and run again: what is due is asked afresh each time, and nothing is half gone.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable

from sqlalchemy import func, select

from doorknock import audit, web
from doorknock.db import db
from doorknock.exports import exporting
from doorknock.places import importing
from doorknock.privacy import erase, finals, leaving
from doorknock.privacy.rules import RULES
from doorknock.visits.models import Visit

BATCH = 200
EVERYWHERE = "000000000000"


def due() -> dict[str, int]:
    """How much of each kind would leave now; nothing is changed."""
    found: Tally[str] = Tally()
    for campaign in leaving.over():
        families = leaving.visits_due(campaign)
        mine = (Visit.county == campaign.county) & Visit.root_id.in_(families)
        found["visit"] += db.session.scalar(select(func.count()).select_from(Visit).where(mine)) or 0
        found["final_figure"] += finals.due(campaign)
    for village in leaving.villages_over():
        doors = leaving.doors_due(village).subquery()
        found["place"] += db.session.scalar(select(func.count()).select_from(doors)) or 0
    return _told(found) | {rule.name: rule.due() for rule in RULES}


def _told(found: Tally[str]) -> dict[str, int]:
    return {name: found[name] for name in ("final_figure", "visit", "place")}


def sweep(progress: Callable[[str], None], *, batch: int = BATCH) -> dict[str, int]:
    """Let everything that is due leave; how much of each kind did. Commits after each batch."""
    left: Tally[str] = Tally()
    if erase.behind():
        left["erased_again"] += erase.replay()
        web.commit()
    importing.sweep()
    exporting.sweep()
    web.commit()
    for campaign in leaving.over():
        left["final_figure"] += finals.freeze(campaign)
        web.commit()
        _drain("visit", left, progress, lambda c=campaign: leaving.take_visits(c, batch))
    for village in leaving.villages_over():
        _drain("place", left, progress, lambda v=village: leaving.take_doors(v, batch * 5))
    for rule in RULES:
        _drain(rule.name, left, progress, lambda r=rule: r.take(batch))
    _write_down(left)
    return {name: left[name] for name in ("final_figure", "visit", "place", *(r.name for r in RULES))}


def _drain(name: str, left: Tally[str], progress: Callable[[str], None], take: Callable[..., int]) -> None:
    while done := take():
        web.commit()
        left[name] += done
        progress(f"{name} {left[name]}")
    web.rollback()


def _write_down(left: Tally[str]) -> None:
    gone = {name: count for name, count in left.items() if count}
    if gone:
        audit.record("privacy.sweep", EVERYWHERE, rows=sum(gone.values()), kinds=gone)
    web.commit()
