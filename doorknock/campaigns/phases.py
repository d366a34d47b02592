"""Phases 阶段: parts of a campaign with days of their own, and the dates by which 办结率 should have come so far.

A phase that begins anew (再讲一遍) counts for itself, by the visits of its own days alone: in the counters it stands
beside its campaign under its own id. So its days may not change where visits may lie already: it is laid down before it
begins, and from then on only its end moves, and never into the past.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes, clock
from doorknock.campaigns import models
from doorknock.campaigns.models import Campaign
from doorknock.db import BY_COUNTY, Base, County, Id, db, new_id, table_of
from doorknock.errors import Refused
from doorknock.lookup import given, rows
from doorknock.words import _

LONGEST_NAME = 30
MOST_TARGETS = 12


class Phase(Base):
    """Days of a campaign, both included."""

    __tablename__ = "phase"
    __table_args__ = (
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        UniqueConstraint("county", "campaign_id", "starts"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    starts: Mapped[date]
    ends: Mapped[date]
    anew: Mapped[bool] = mapped_column(default=False)
    """再讲一遍: every door is to be gone to again, whatever came of it before."""


class Target(Base):
    """By the end of this day, so many of a hundred doors of D should be closed."""

    __tablename__ = "target"
    __table_args__ = (
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    by: Mapped[date] = mapped_column(primary_key=True)
    percent: Mapped[int]


@dataclass(frozen=True)
class Counted:
    """What figures are asked for: a campaign, or a phase that counts for itself, and where it is walked."""

    county: str
    id: str
    region_code: str


Anew = dict[str, list[tuple[str, date, date]]]
"""Per campaign that has any, its phases that count for themselves: id, first and last day."""
_phase = table_of(Phase).c
_ANEW = select(_phase.id, _phase.campaign_id, _phase.starts, _phase.ends).where(
    _phase.county == given("county"), _phase.anew.is_(True)
)


def anew(county: str) -> Anew:
    """The phases of a county that count for themselves."""
    found: Anew = {}
    for row in rows(_ANEW, county=county):
        found.setdefault(row.campaign_id, []).append((row.id, row.starts, row.ends))
    return found


def counting(again: Anew, campaign_id: str, day: date) -> list[str]:
    """What a visit of this day counts for: its campaign, and its phase where that counts for itself."""
    mine = [ident for ident, starts, ends in again.get(campaign_id, ()) if starts <= day <= ends]
    return [campaign_id, *mine]


def of(campaign: Campaign) -> list[Phase]:
    """The phases of a campaign in the order of their days."""
    mine = (Phase.county == campaign.county) & (Phase.campaign_id == campaign.id)
    return list(db.session.scalars(select(Phase).where(mine).order_by(Phase.starts)))


def on(campaign: Campaign, day: date) -> Phase | None:
    """The phase that runs on this day."""
    return next((phase for phase in of(campaign) if phase.starts <= day <= phase.ends), None)


def counted(campaigns: Iterable[Campaign], day: date) -> list[Counted]:
    """What the figures of a day are asked for: of each campaign the phase that counts for itself then, or itself."""
    found = []
    for campaign in campaigns:
        phase = on(campaign, day)
        ident = phase.id if phase and phase.anew else campaign.id
        found.append(Counted(campaign.county, ident, campaign.region_code))
    return found


def wire_rows(county: str, paths: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """The shared rows of the campaigns, each with its phases where it has any; who knows nothing of them reads on."""
    rows = models.wire_rows(county, paths)
    known: dict[str, list[dict[str, Any]]] = {}
    for phase in db.session.scalars(select(Phase).where(Phase.county == county).order_by(Phase.starts)):
        days = {"starts": phase.starts.isoformat(), "ends": phase.ends.isoformat()}
        known.setdefault(phase.campaign_id, []).append({"id": phase.id, "name": phase.name, "anew": phase.anew} | days)
    return [(kind, ident, data | ({"phases": known[ident]} if ident in known else {})) for kind, ident, data in rows]


def targets(campaign: Campaign) -> list[Target]:
    """The dated targets of a campaign by their days."""
    mine = (Target.county == campaign.county) & (Target.campaign_id == campaign.id)
    return list(db.session.scalars(select(Target).where(mine).order_by(Target.by)))


def add(campaign: Campaign, *, name: str, starts: date, ends: date, anew: bool, by: str) -> Phase:
    """A new phase. Refused where it does not fit into the campaign, meets another, or would count days gone by."""
    phase = Phase(
        county=campaign.county, id=new_id(), campaign_id=campaign.id, name=_named(name), starts=starts, ends=ends,
        anew=anew,
    )  # fmt: skip
    _fits(campaign, phase, of(campaign))
    if anew and starts <= clock.today():
        raise Refused(_("「再讲一遍」的阶段要在开始前一天定好，因为从那天起要重新数。请把开始日期往后放。"))
    db.session.add(phase)
    _told(campaign, "phase.new", phase, by)
    return phase


def change(campaign: Campaign, phase: Phase, *, name: str, ends: date, by: str) -> bool:
    """Another name or end; whether anything changed. Refused for an end before today where it counts for itself."""
    named = _named(name)
    if (named, ends) == (phase.name, phase.ends):
        return False
    if phase.anew and ends != phase.ends and min(ends, phase.ends) < clock.today():
        raise Refused(_("「再讲一遍」的阶段只能改到今天或以后结束：已经数过的日子不能改。"))
    phase.name, phase.ends = named, ends
    _fits(campaign, phase, [other for other in of(campaign) if other.id != phase.id])
    _told(campaign, "phase.change", phase, by)
    return True


def drop(campaign: Campaign, phase: Phase, *, by: str) -> None:
    """The phase is no more. Refused once it has begun to count for itself."""
    if phase.anew and phase.starts <= clock.today():
        raise Refused(_("这个阶段已经开始重新数，不能删。可以改它的结束日期。"))
    _told(campaign, "phase.drop", phase, by)
    db.session.delete(phase)


def aim(campaign: Campaign, wanted: dict[date, int], *, by: str) -> bool:
    """These targets and no others; whether anything changed. Refused for a day outside, or no percentage."""
    if any(not campaign.runs_on(day) for day in wanted):
        raise Refused(_("目标日期要在行动开始和结束之间。"))
    if any(not 1 <= percent <= 100 for percent in wanted.values()):
        raise Refused(_("目标写 1 到 100 的整数。"))
    if len(wanted) > MOST_TARGETS:
        raise Refused(_("目标最多写 %(most)s 条。", most=MOST_TARGETS))
    before = {target.by: target for target in targets(campaign)}
    if {day: target.percent for day, target in before.items()} == wanted:
        return False
    for target in before.values():
        db.session.delete(target)
    db.session.flush()
    for day, percent in sorted(wanted.items()):
        db.session.add(Target(county=campaign.county, campaign_id=campaign.id, by=day, percent=percent))
    said = {day.isoformat(): percent for day, percent in sorted(wanted.items())}
    audit.record("targets.change", campaign.region_code, by=by, subject=campaign.id, targets=said)
    return True


def _named(name: str) -> str:
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME:
        raise Refused(_("阶段名称要写，最多 %(longest)s 个字。", longest=LONGEST_NAME))
    return said


def _fits(campaign: Campaign, phase: Phase, others: list[Phase]) -> None:
    if phase.ends < phase.starts:
        raise Refused(_("结束日期在开始日期前面，请改一下。"))
    if not (campaign.runs_on(phase.starts) and campaign.runs_on(phase.ends)):
        raise Refused(_("阶段要在行动开始和结束之间。"))
    met = next((other for other in others if other.starts <= phase.ends and phase.starts <= other.ends), None)
    if met is not None:
        raise Refused(_("和「%(name)s」的日子重了，请错开。", name=met.name))


def _told(campaign: Campaign, verb: str, phase: Phase, by: str) -> None:
    days = {"starts": phase.starts.isoformat(), "ends": phase.ends.isoformat()}
    audit.record(verb, campaign.region_code, by=by, subject=phase.id, name=phase.name, anew=phase.anew, **days)
    changes.shared_changed(campaign.county)
    changes.announce(campaign.county, {"campaign"})
