"""今日无安排 in 禾丰村."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorknock import clock
from doorknock.campaigns import rest_days
from doorknock.errors import Refused
from doorknock.regions.models import region
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng


def test_a_day_whose_report_is_over_keeps_its_plan(village: Hefeng) -> None:
    evening = Evening(village)
    with village.app.app_context(), evening.at("18:00"), pytest.raises(Refused, match="已经定稿"):
        rest_days.plan(village.campaign(), region(VILLAGE), evening.day, rests=True, by="chen")


def test_a_day_outside_the_campaign_is_refused(village: Hefeng) -> None:
    campaign = village.campaign()
    with village.app.app_context(), pytest.raises(Refused, match="不在行动的日子里"):
        rest_days.plan(campaign, region(VILLAGE), campaign.ends + timedelta(days=1), rests=True, by="chen")


def test_a_village_rests_until_it_says_otherwise(village: Hefeng) -> None:
    campaign, day = village.campaign(), clock.today() + timedelta(days=1)
    with village.app.app_context():
        assert rest_days.plan(campaign, region(VILLAGE), day, rests=True, by="chen")
        assert not rest_days.plan(campaign, region(VILLAGE), day, rests=True, by="chen")
        assert rest_days.on(campaign.county, [campaign.id], day) == {VILLAGE}
        assert rest_days.of(campaign, region(VILLAGE)) == [day]
        assert rest_days.plan(campaign, region(VILLAGE), day, rests=False, by="chen")
        assert rest_days.on(campaign.county, [campaign.id], day) == set()
