"""行动 in the office: phases, targets and days without plan; who may, and what is said where something does not fit."""

from __future__ import annotations

from datetime import timedelta

from doorknock import clock
from doorknock.campaigns import phases, rest_days
from doorknock.campaigns.models import campaign_id
from doorknock.regions.models import region
from tests.hefeng import OTHER, VILLAGE, Hefeng, plain

ID = campaign_id("990102", "wire")
HERE = f"/office/campaigns/{ID}"


def test_who_does_not_run_the_campaign_lays_down_no_phase_and_no_target(village: Hefeng) -> None:
    for person in ("chen", "xu", "gao"):
        village.office(person).post(f"{HERE}/phases", status=403, name="集中走访")
        village.office(person).post(f"{HERE}/targets", status=403, by="2026-12-01", percent="80")
    campaign = village.campaign()
    with village.app.app_context():
        assert (phases.of(campaign), phases.targets(campaign)) == ([], [])


def test_the_town_lays_down_changes_and_drops_a_phase(village: Hefeng) -> None:
    tang, day = village.office("tang"), clock.today() + timedelta(days=1)
    form = {"name": "再讲一遍", "starts": day.isoformat(), "ends": (day + timedelta(days=5)).isoformat(), "anew": "1"}
    assert "阶段「再讲一遍」定好了。" in tang.post(f"{HERE}/phases", status=200, **form).text
    with village.app.app_context():
        [phase] = phases.of(village.campaign())
        ident = phase.id
    there = f"{HERE}/phases/{ident}"
    tang.post(there, status=200, name="再走一轮", ends=(day + timedelta(days=3)).isoformat())
    assert "再走一轮" in plain(tang.get("/office/campaigns"))
    assert "去掉了" in tang.post(there, status=200, drop="1").text
    tang.post(there, status=422, drop="1")


def test_a_phase_that_does_not_fit_is_refused_with_what_to_do(village: Hefeng) -> None:
    day = clock.today().isoformat()
    said = village.office("tang").post(f"{HERE}/phases", status=422, name="再讲", starts=day, ends=day, anew="1")
    assert "前一天定好" in said.text


def test_targets_are_kept_as_written_and_empty_lines_are_none(village: Hefeng) -> None:
    tang, day = village.office("tang"), clock.today()
    form = {"by": [day.isoformat(), ""], "percent": ["80", ""]}
    assert "目标定好了。" in tang.post(f"{HERE}/targets", status=200, **form).text
    assert f"{day.isoformat()} 前 80%" in plain(tang.get("/office/campaigns"))
    assert "1 到 100" in tang.post(f"{HERE}/targets", status=422, by=day.isoformat(), percent="多").text


def test_a_village_plans_its_own_rest_and_no_other(village: Hefeng) -> None:
    chen, day = village.office("chen"), clock.edition_of(clock.now()) + timedelta(days=2)
    chen.post(f"/office/rest/{OTHER}", status=403, day=day.isoformat())
    village.office("xu").post(f"/office/rest/{VILLAGE}", status=403, day=day.isoformat())
    assert "禾丰村的安排存好了。" in chen.post(f"/office/rest/{VILLAGE}", status=200, day=day.isoformat()).text
    with village.app.app_context():
        assert rest_days.of(village.campaign(), region(VILLAGE)) == [day]
    assert "没有改动。" in chen.post(f"/office/rest/{VILLAGE}", status=200, day=day.isoformat()).text
    chen.post(f"/office/rest/{VILLAGE}", status=200)
    with village.app.app_context():
        assert rest_days.of(village.campaign(), region(VILLAGE)) == []


def test_phones_hear_of_phases_and_of_their_end_and_a_campaign_without_any_is_told_as_ever(village: Hefeng) -> None:
    phone, tang, day = village.phone("wang"), village.office("tang"), clock.today() + timedelta(days=1)
    assert "phases" not in phone.rows("campaign")[ID].data
    form = {"name": "再讲一遍", "starts": day.isoformat(), "ends": day.isoformat(), "anew": "1"}
    tang.post(f"{HERE}/phases", status=200, **form)
    phone.sync()
    [told] = phone.rows("campaign")[ID].data["phases"]
    assert told == {"id": told["id"], "name": "再讲一遍", "anew": True, "starts": str(day), "ends": str(day)}
    tang.post(f"{HERE}/phases/{told['id']}", status=200, drop="1")
    phone.sync()
    assert "phases" not in phone.rows("campaign")[ID].data
