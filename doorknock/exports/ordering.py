"""Asking for an export: what somebody wishes, judged, and put on the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from doorknock import clock
from doorknock.access import may
from doorknock.campaigns.models import Campaign
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.exports.exporting import OPEN, ExportJob
from doorknock.exports.ledgers import LEDGERS, Ledger
from doorknock.people.models import Person
from doorknock.regions.models import Region
from doorknock.words import _

AT_ONCE = 3
"""Exports that one person may have waiting or running."""
PURPOSE = (2, 60)
"""Characters, at least and at most."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, as the form sends it."""

    ledger: str
    format: str
    campaign: str
    first: str
    last: str
    purpose: str


def order(wish: Wish, region: Region, known: Sequence[Campaign], *, by: Person) -> ExportJob:
    """Put an export on the list. Refused, in words, where it may not be or says too little. The caller commits."""
    ledger = LEDGERS.get(wish.ledger)
    if ledger is None:
        raise Refused(_("请选导出哪一种。"))
    if not ledger.open_to(by, region):
        raise Refused(_("您只能导出合计，不能导出一户一户的记录。请选「覆盖合计」。"))
    purpose = " ".join(wish.purpose.split())
    if not PURPOSE[0] <= len(purpose) <= PURPOSE[1]:
        raise Refused(_("请写明用途，%(least)s 到 %(most)s 个字。", least=PURPOSE[0], most=PURPOSE[1]))
    job = ExportJob(
        county=region.county, id=new_id(), person_id=by.id, region_code=region.code, ledger=ledger.key, purpose=purpose,
        format=wish.format if wish.format in ledger.formats else ledger.formats[0],
        filters=_filters(ledger, wish, known), names=ledger.names and may(by, "doors.names", region),
        asked_at=clock.now(),
    )  # fmt: skip
    if waiting_of(by) >= AT_ONCE:
        raise Refused(_("已经有 %(count)s 个在做。请等做好，或者先把不要的取消。", count=AT_ONCE))
    db.session.add(job)
    db.session.flush()
    return job


def _filters(ledger: Ledger, wish: Wish, known: Sequence[Campaign]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "campaign" in ledger.asks:
        chosen = next((campaign for campaign in known if campaign.key == wish.campaign), None)
        if chosen is None and "days" in ledger.asks:
            raise Refused(_("请选是哪一次行动。"))
        found["campaign"] = chosen.id if chosen else None
    if "days" in ledger.asks:
        first, last = _day(wish.first), _day(wish.last)
        if first and last and last < first:
            raise Refused(_("「到」的日子在「从」前面，请改一下。"))
        found |= {"first": first and first.isoformat(), "last": last and last.isoformat()}
    return found


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("日子请写成 2026-11-21 这样。")) from None


def waiting_of(person: Person) -> int:
    """How many of somebody's exports wait or run."""
    mine = (ExportJob.person_id == person.id) & ExportJob.state.in_(OPEN)
    return db.session.scalar(select(func.count()).select_from(ExportJob).where(mine)) or 0
