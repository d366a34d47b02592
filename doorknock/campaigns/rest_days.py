"""今日无安排: days on which a village has nothing planned. Every other day of a campaign is a day of work.

A plan is said before it is judged: once a day's 日报 is over, what was planned for that day stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, clock
from doorknock.campaigns.models import Campaign
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.errors import Refused
from doorknock.regions.models import Region
from doorknock.words import _


class RestDay(Base):
    """A village and a day on which it has nothing planned."""

    __tablename__ = "rest_day"
    __table_args__ = (
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


def on(county: str, campaign_ids: Iterable[str], day: date) -> set[str]:
    """The villages of a county that have nothing planned on this day."""
    mine = (RestDay.county == county) & RestDay.campaign_id.in_(sorted(campaign_ids)) & (RestDay.day == day)
    return set(db.session.scalars(select(RestDay.village_code).where(mine)))


def of(campaign: Campaign, village: Region) -> list[date]:
    """The days on which a village has nothing planned, in order."""
    mine = (RestDay.county == campaign.county) & (RestDay.campaign_id == campaign.id)
    mine &= RestDay.village_code == village.code
    return list(db.session.scalars(select(RestDay.day).where(mine).order_by(RestDay.day)))


def plan(campaign: Campaign, village: Region, day: date, *, rests: bool, by: str) -> bool:
    """Say whether the village has nothing planned on this day; whether that is new. Refused for a day that is over."""
    if not campaign.runs_on(day):
        raise Refused(_("这一天不在行动的日子里。"))
    if day < clock.edition_of(clock.now()):
        raise Refused(_("这一天的日报已经定稿，安排不再改。"))
    found = db.session.get(RestDay, (campaign.county, campaign.id, village.code, day))
    if rests == (found is not None):
        return False
    if found is not None:
        db.session.delete(found)
    else:
        db.session.add(RestDay(county=campaign.county, campaign_id=campaign.id, village_code=village.code, day=day))
    audit.record("plan.change", village.code, by=by, subject=campaign.id, day=day.isoformat(), rests=rests)
    return True
