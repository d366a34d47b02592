"""禾丰村's phases: what is refused, and how a phase counts that begins anew."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from doorknock import clock, web
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Phase
from doorknock.coverage import figures
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.regions.models import region
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng

BY = "chen"
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases" / "phases.json").read_text("utf-8"))
"""Read by tests/js/phone/phases.test.js as well."""


@pytest.fixture
def campaign(village: Hefeng) -> Campaign:
    return village.campaign()


def lay(village: Hefeng, name: str, starts: date, ends: date, *, anew: bool = False) -> str:
    with village.app.app_context():
        made = phases.add(village.campaign(), name=name, starts=starts, ends=ends, anew=anew, by=BY)
        web.commit()
        return made.id


def closed(village: Hefeng, ident: str) -> int:
    with village.app.app_context():
        counted = phases.Counted(VILLAGE[:6], ident, VILLAGE)
        return figures.tree(region(VILLAGE), [counted]).sums["closed"]


def test_a_phase_outside_its_campaign_is_refused(village: Hefeng, campaign: Campaign) -> None:
    with pytest.raises(Refused, match="行动开始和结束之间"):
        lay(village, "集中走访", campaign.ends, campaign.ends + timedelta(days=1))


def test_a_phase_that_meets_another_is_refused(village: Hefeng) -> None:
    day = clock.today()
    lay(village, "集中走访", day, day + timedelta(days=2))
    with pytest.raises(Refused, match="和「集中走访」的日子重了"):
        lay(village, "回头看", day + timedelta(days=2), day + timedelta(days=3))


def test_a_phase_that_begins_anew_is_laid_down_the_day_before(village: Hefeng) -> None:
    with pytest.raises(Refused, match="前一天定好"):
        lay(village, "再讲一遍", clock.today(), clock.today() + timedelta(days=2), anew=True)


def test_days_that_were_counted_stay_in_their_phase(village: Hefeng, campaign: Campaign) -> None:
    day = clock.today()
    ident = lay(village, "再讲一遍", day + timedelta(days=1), day + timedelta(days=4), anew=True)
    with village.app.app_context(), clock.pinned(clock.start_of(day + timedelta(days=3))):
        phase = db.session.get_one(Phase, (campaign.county, ident))
        with pytest.raises(Refused, match="只能改到今天或以后"):
            phases.change(campaign, phase, name="再讲一遍", ends=day + timedelta(days=2), by=BY)
        with pytest.raises(Refused, match="不能删"):
            phases.drop(campaign, phase, by=BY)


def test_each_door_is_to_be_gone_to_again_in_a_phase_that_begins_anew(village: Hefeng, campaign: Campaign) -> None:
    evening = Evening(village)
    wang = evening.phone("wang")
    village.visit(wang, "1001", "met_covered", evening.minutes("09:00"))
    with evening.at("09:30"):
        wang.sync()
        again = lay(village, "再讲一遍", evening.day + timedelta(days=1), evening.day + timedelta(days=2), anew=True)
    village.visit(wang, "1002", "met_covered", evening.minutes("09:00") + 1440)
    with evening.at("09:30", days=1):
        wang.sync()
    assert (closed(village, campaign.id), closed(village, again)) == (2, 1)
    village.stands()


def test_a_late_visit_counts_in_the_phase_of_its_own_day(village: Hefeng) -> None:
    evening = Evening(village)
    wang = evening.phone("wang")
    with evening.at("09:00"):
        again = lay(village, "再讲一遍", evening.day + timedelta(days=1), evening.day + timedelta(days=1), anew=True)
    promise = {"version": "1", "method": "screen"}
    village.visit(wang, "1001", "met_covered", evening.minutes("09:00") + 1440, commitment=promise)
    with evening.at("09:30", days=2):
        wang.sync()
    assert closed(village, again) == 1


def test_the_figures_of_a_day_are_those_of_the_phase_that_counts_for_itself(
    village: Hefeng, campaign: Campaign
) -> None:
    day = clock.today()
    again = lay(village, "再讲一遍", day + timedelta(days=1), day + timedelta(days=1), anew=True)
    with village.app.app_context():
        asked = [phases.counted([campaign], day + timedelta(days=n))[0].id for n in (0, 1, 2)]
    assert asked == [campaign.id, again, campaign.id]


def test_targets_are_dated_and_whole(village: Hefeng, campaign: Campaign) -> None:
    day = clock.today()
    with village.app.app_context():
        with pytest.raises(Refused, match="1 到 100"):
            phases.aim(campaign, {day: 101}, by=BY)
        with pytest.raises(Refused, match="行动开始和结束之间"):
            phases.aim(campaign, {campaign.ends + timedelta(days=1): 90}, by=BY)
        assert phases.aim(campaign, {day: 60, day + timedelta(days=1): 90}, by=BY)
        assert phases.aim(campaign, {day: 50}, by=BY)
        assert [(target.by, target.percent) for target in phases.targets(campaign)] == [(day, 50)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_day_counts_as_the_phone_counts_it(case: dict[str, Any]) -> None:
    anew = [
        (each["id"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in case["phases"] if each["anew"]
    ]  # fmt: skip
    for day, phase in case["counts"].items():
        assert phases.counting({"campaign": anew}, "campaign", date.fromisoformat(day))[1:] == [phase] * bool(phase)
