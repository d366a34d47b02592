"""What stands round every office page: rail, path of regions, the campaign's day, the time, who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import ColumnElement, func, or_, select
from werkzeug.exceptions import HTTPException

from doorknock import clock
from doorknock.access import may
from doorknock.campaigns.models import Campaign
from doorknock.coverage import figures
from doorknock.coverage.view import pick
from doorknock.db import db
from doorknock.places.standing import Item
from doorknock.regions.models import Region, ancestors
from doorknock.words import _, lazy

RAIL = (
    (lazy("总览"), "home", "/office", "home"), (lazy("覆盖"), "cover", "/office/coverage", "coverage"),
    (lazy("户表"), "roster", "/office/places", "doors"), (lazy("审核"), "review", "/office/review", "review"),
    (lazy("行动"), "doc", "/office/campaigns", "campaigns"),
    (lazy("报告"), "report", "/office/reports", "reports"), (lazy("导出"), "takeout", "/office/exports", "exports"),
    (lazy("人员"), "people", "/office/people", "people"), (lazy("记录"), "file", "/office/audit", "audit"),
)  # fmt: skip
"""Word, icon, address, verb. An entry shows where its room exists and the person may."""
WEEK = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))


@dataclass(frozen=True)
class Frame:
    """What base.html draws round a page."""

    rail: list[dict[str, Any]]
    path: list[dict[str, str]]
    campaign: str
    now: datetime
    day: str
    time: str
    who: str


def hang(app: Flask) -> None:
    """Templates get their frame by name, and print counts with thousands apart."""
    app.jinja_env.globals["office_frame"] = frame
    app.jinja_env.filters["said_day"] = clock.said_day
    app.jinja_env.filters["thousands"] = "{:,}".format


def frame(here: Region | None) -> Frame:
    """The frame of a page about ``here``, or about the person's own region."""
    now = clock.now().astimezone(clock.SHANGHAI)
    person = g.get("person")
    day = _("%(month)s月%(day)s日 %(weekday)s", month=now.month, day=now.day, weekday=WEEK[now.weekday()])
    if person is None:
        return Frame([], [], "", now, day, f"{now:%H:%M}", "")
    where = here or person.home
    return Frame(_rail(), _path(person.home, where), _campaign(where), now, day, f"{now:%H:%M}", person.name)


def campaign_words(campaign: Campaign) -> str:
    """A campaign and which of its days today is."""
    today, days = clock.today(), (campaign.ends - campaign.starts).days + 1
    if today < campaign.starts:
        return _("%(name)s·%(starts)s开始", name=campaign.name, starts=clock.said_day(campaign.starts))
    if today > campaign.ends:
        return _("%(name)s·%(ends)s结束了", name=campaign.name, ends=clock.said_day(campaign.ends))
    return _(
        "%(name)s·第 %(day)s 天，共 %(days)s 天", name=campaign.name, day=(today - campaign.starts).days + 1, days=days
    )


def below(home: Region | None) -> ColumnElement[bool]:
    """A condition on Region: at or below the home; everywhere without one."""
    if home is None:
        return Region.code.is_not(None)
    return or_(Region.code == home.code, Region.path.startswith(home.path + "/", autoescape=True))


def waiting(home: Region | None) -> dict[str, int]:
    """Per village with any, how many review items wait for a decision."""
    query = (
        select(Item.village_code, func.count().label("open")).join(Region, Region.code == Item.village_code)
        .where(below(home), Item.status == "open").group_by(Item.village_code).order_by(Item.village_code)
    )  # fmt: skip
    return {row.village_code: row.open for row in db.session.execute(query)}


def exists(path: str) -> bool:
    """Whether some room answers at this address."""
    try:
        current_app.url_map.bind("").match(path)
    except HTTPException:
        return False
    return True


def _rail() -> list[dict[str, Any]]:
    found = []
    for word, icon, href, verb in RAIL:
        if may(g.person, verb) and exists(href):
            count = sum(waiting(g.person.home).values()) if verb == "review" else 0
            found.append({"word": str(word), "icon": icon, "href": href, "count": count})
    return found


def _path(home: Region | None, where: Region | None) -> list[dict[str, str]]:
    if where is None:
        return []
    steps = [r for r in ancestors(where) if home is None or home.holds(r.path)]
    room = "coverage" if may(g.person, "coverage") else "people"
    return [{"name": r.name, "href": _step(room, r)} for r in steps]


def _step(room: str, step: Region) -> str:
    if room == "people":
        return "/office/people"
    return f"/office/gaps/{step.code}" if step.level == "group" else f"/office/coverage/{step.code}"


def _campaign(where: Region | None) -> str:
    if where is None or not may(g.person, "coverage"):
        return ""
    found = pick(figures.campaigns_in(where), None, clock.today())
    return campaign_words(found[0]) if found else ""
