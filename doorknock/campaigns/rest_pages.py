"""今日无安排 in the office: the next 14 days of each village, ticked where nothing is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, g, render_template, request

from doorknock import clock, web
from doorknock.access import needs
from doorknock.campaigns import rest_days
from doorknock.campaigns.models import Campaign, meant, of_county
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people.reach import my_villages
from doorknock.regions.models import Region, region
from doorknock.words import _, lazy

AHEAD = 14
WEEK = (lazy("一"), lazy("二"), lazy("三"), lazy("四"), lazy("五"), lazy("六"), lazy("日"))
door = Blueprint("rest", __name__, url_prefix="/office/rest")


@dataclass(frozen=True)
class Line:
    """A village with its days: (day, whether it rests, whether the campaign runs)."""

    village: Region
    days: list[tuple[date, bool, bool]]


@door.get("")
@needs("plan")
def home() -> str:
    """The next 14 days of one's villages."""
    return _page("")


@door.post("/<code>")
@needs("plan", region)
def save(code: str) -> str | tuple[str, int]:
    """On the ticked days of these 14 the village has nothing planned, on the others it has."""
    here, ticked = region(code), set(request.form.getlist("day"))
    try:
        campaign = _campaign(here)
        if campaign is None or here.level != "village":
            raise Refused(_("这里没有正在进行的行动。"))
        changed = [
            rest_days.plan(campaign, here, day, rests=day.isoformat() in ticked, by=g.person.id)
            for day in _days() if campaign.runs_on(day)
        ]  # fmt: skip
        db.session.flush()
    except Refused as why:
        web.rollback()
        return _page("".join(why.reasons), refused=True), 422
    return _page(_("%(name)s的安排存好了。", name=here.name) if any(changed) else _("没有改动。"))


def _days() -> list[date]:
    """From the running edition on: an edition that is over keeps its plan."""
    first = clock.edition_of(clock.now())
    return [first + timedelta(days=n) for n in range(AHEAD)]


def _campaign(village: Region) -> Campaign | None:
    return meant(of_county(village.county), village.path, clock.today())


def _page(said: str, *, refused: bool = False) -> str:
    days = _days()
    lines = [line for village in my_villages() if (line := _line(village, days))]
    return render_template(
        "campaigns/rest.html", lines=lines, days=days, week=WEEK, said=said, refused=refused, here=g.person.home
    )


def _line(village: Region, days: list[date]) -> Line | None:
    campaign = _campaign(village)
    if campaign is None:
        return None
    resting = set(rest_days.of(campaign, village))
    return Line(village, [(day, day in resting, campaign.runs_on(day)) for day in days])
