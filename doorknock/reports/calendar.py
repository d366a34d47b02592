"""When which report is due, and of what it speaks: 日报 at 18:00, 通报 at 21:00, 周报 on Monday, 月报 on the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns.models import Campaign
from doorknock.db import db
from doorknock.places import counters
from doorknock.places.counters import DAY
from doorknock.regions.models import Region
from doorknock.reports.counting import Asked
from doorknock.reports.models import Report

NIGHT, MORNING = time(21), time(8)
WEEK = timedelta(days=7)
BACK = timedelta(days=45)
"""What was due longer ago is not made up for."""


@dataclass(frozen=True)
class Due:
    """A kind of report about an edition or several, due at ``moment`` for every region of the campaign."""

    kind: str
    campaign: Campaign
    first: date
    last: date
    moment: datetime
    at: date
    """Doors stand as this day's 18:00 found them."""

    @property
    def asked(self) -> Asked:
        """What it counts."""
        return Asked(self.campaign, self.first, self.last, self.moment, self.at)


def due(now: datetime) -> list[Due]:
    """What should be there by now and is not, the earliest first; of evenings before a county had doors, nothing."""
    since = clock.day_of(now) - BACK
    campaigns = db.session.scalars(select(Campaign).where(Campaign.ends >= since)).all()
    firsts = {county: counters.remembered(county) for county in {each.county for each in campaigns}}
    there, missing = _there(since), []
    for campaign in campaigns:
        if first := firsts[campaign.county]:
            wanted = _of(campaign, max(first, since), now)
            missing += [each for each in wanted if _key(each) not in there]
    return sorted(missing, key=lambda each: (each.moment, each.campaign.county, each.campaign.id))


def following(now: datetime) -> datetime:
    """The next instant at which something may be due."""
    today = clock.day_of(now)
    hours = [_at(today + DAY * days, hour) for days in (0, 1) for hour in (MORNING, clock.EVENING, NIGHT)]
    return min(instant for instant in hours if instant > now)


def _of(campaign: Campaign, since: date, now: datetime) -> Iterator[Due]:
    """All that a campaign has had due, of evenings from a day on; its last edition ends the evening after its end."""
    day = max(campaign.starts, since)
    while day <= campaign.ends + WEEK:
        yield from (each for each in _on(campaign, day) if each.moment <= now and each.at >= since)
        day += DAY
    first = (campaign.ends.replace(day=1) + timedelta(days=32)).replace(day=1)
    month = _monthly(campaign, first)
    if first > campaign.ends + WEEK and month.moment <= now and month.first <= campaign.ends:
        yield month


def _on(campaign: Campaign, day: date) -> Iterator[Due]:
    if day <= campaign.ends + DAY:
        yield Due("daily", campaign, day, day, clock.end_of(day), day)
    if day <= campaign.ends:
        yield Due("bulletin", campaign, day + DAY, day + DAY, _at(day, NIGHT), day)
    if day.weekday() == 0 and day - DAY >= campaign.starts:
        yield Due("weekly", campaign, day - WEEK, day - DAY, _at(day, MORNING), day - DAY)
    if day.day == 1 and day - DAY >= campaign.starts:
        yield _monthly(campaign, day)


def _monthly(campaign: Campaign, day: date) -> Due:
    last = day - DAY
    return Due("monthly", campaign, last.replace(day=1), last, _at(day, MORNING), last)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.SHANGHAI).astimezone(UTC)


def _key(each: Due) -> tuple[str, str, str, date]:
    return each.campaign.county, each.campaign.id, each.kind, each.last


def _there(since: date) -> set[tuple[str, str, str, date]]:
    """What was made of whole counties: a town may have frozen its own before."""
    query = select(Report.county, Report.campaign_id, Report.kind, Report.last)
    query = query.join(Region, Region.code == Report.region_code).where(Region.level == "county")
    return {(*row,) for row in db.session.execute(query.where(Report.last >= since - WEEK))}
