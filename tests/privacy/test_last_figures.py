"""What stays of 禾丰村's campaign when its records leave: its own figures, and those of a phase that began anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from doorknock import clock, web
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.coverage import figures
from doorknock.db import db
from doorknock.places.counters import Counter
from doorknock.privacy import finals
from doorknock.regions.models import region
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng


@pytest.fixture
def evening(app: Flask, tmp_path: Path) -> Evening:
    return Evening(Hefeng(app, tmp_path).found(), clock.today() + timedelta(days=1))


def closed(ident: str) -> int:
    return figures.tree(region(VILLAGE), [phases.Counted(VILLAGE[:6], ident, VILLAGE)]).sums["closed"]


def test_a_phase_keeps_its_own_last_figures(evening: Evening) -> None:
    village, found = evening.village, evening.village.campaign()
    early = village.phone("zhou")
    village.visit(early, "1003", "met_covered", evening.minutes("09:00") - 2 * 1440)
    early.sync()
    with village.app.app_context():
        campaign = db.session.get_one(Campaign, (found.county, found.id))
        again = phases.add(
            campaign, name="再讲一遍", starts=evening.day, ends=evening.day + timedelta(days=3), anew=True, by="chen"
        ).id
        web.commit()
    phone = evening.phone("wang")
    for door in ("1001", "1002"):
        village.visit(phone, door, "met_covered", evening.minutes("09:30"))
    with evening.at("10:00"):
        phone.sync()
    with village.app.app_context():
        campaign = db.session.get_one(Campaign, (found.county, found.id))
        before = {ident: closed(ident) for ident in (campaign.id, again)}
        assert before == {campaign.id: 3, again: 2}
        assert finals.freeze(campaign) > 0
        db.session.query(Counter).filter(Counter.campaign_id != "").delete()
        web.commit()
        assert {ident: closed(ident) for ident in (campaign.id, again)} == before
        assert finals.freeze(campaign) == 0
