"""The last figures of a campaign whose records leave: whole numbers by grid and group, and nobody behind them.

They are written down once, before the first record leaves; what arrives after that is counted nowhere.
"""

from __future__ import annotations

from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.db import db
from doorknock.places.counters import PLACE_MEASURES, VISIT_MEASURES, Counter, FinalFigure
from doorknock.sets import upsert


def frozen(campaign: Campaign) -> bool:
    """Whether the last figures stand."""
    mine = (FinalFigure.county == campaign.county) & (FinalFigure.campaign_id == campaign.id)
    return db.session.scalar(select(FinalFigure.grid).where(mine).limit(1)) is not None


def due(campaign: Campaign) -> bool:
    """Whether there are figures to write down and none are."""
    return not frozen(campaign) and bool(_counters(campaign, campaign.id))


def freeze(campaign: Campaign) -> int:
    """Write the last figures down, unless they stand, also those of its phases that count for themselves; how many
    rows. The caller commits.
    """
    if frozen(campaign):
        return 0
    own = [phase.id for phase in phases.of(campaign) if phase.anew]
    rows = [row for ident in (campaign.id, *own) for row in _rows(campaign, ident)]
    upsert(FinalFigure, rows, ("county", "campaign_id", "grid", "group_code"))
    return len(rows)


def _rows(campaign: Campaign, ident: str) -> list[dict[str, object]]:
    """The last figures of a campaign, or of a phase, with those of the doors beside."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for counter in _counters(campaign, ident):
        where = {"grid": counter.grid, "group_code": counter.group_code, "frozen_at": clock.now()}
        empty = dict.fromkeys((*PLACE_MEASURES, *VISIT_MEASURES), 0)
        key = {"county": campaign.county, "campaign_id": ident}
        row = rows.setdefault((counter.grid, counter.group_code), key | where | empty)
        names = VISIT_MEASURES if counter.campaign_id else PLACE_MEASURES
        row |= {name: getattr(counter, name) for name in names}
    return list(rows.values())


def _counters(campaign: Campaign, ident: str) -> list[Counter]:
    """These counters, and those of the doors; coverage shows those that lie in the campaign's region."""
    mine = (Counter.county == campaign.county) & Counter.campaign_id.in_(["", ident])
    return list(db.session.scalars(select(Counter).where(mine)))
