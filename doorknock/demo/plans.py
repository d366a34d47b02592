"""What the town of the demo has planned: a phase to come that begins anew, two targets, a day without plan."""

from __future__ import annotations

from datetime import timedelta

from doorknock import clock, web
from doorknock.campaigns import phases, rest_days
from doorknock.campaigns.models import of_county
from doorknock.demo import town
from doorknock.people.models import by_username
from doorknock.regions.models import region


def lay() -> None:
    """Lay it down, in the name of the town's office."""
    [campaign] = of_county(town.COUNTY[:6])
    clerk = by_username("town")
    by = clerk.id if clerk else ""
    second = campaign.starts + timedelta(days=20)
    phases.add(campaign, name="集中走访", starts=campaign.starts, ends=second - timedelta(days=1), anew=False, by=by)
    phases.add(campaign, name="再讲一遍", starts=second, ends=campaign.ends, anew=True, by=by)
    first = clock.today() + timedelta(days=3)
    phases.aim(campaign, {first: 60, second - timedelta(days=1): 95}, by=by)
    last_village = region(town.VILLAGES[-1][0])
    rest_days.plan(campaign, last_village, clock.edition_of(clock.now()) + timedelta(days=2), rests=True, by=by)
    web.commit()
