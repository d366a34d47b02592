"""The phones out of touch with whose they are, and a neutral text for each person, to be sent as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns import rest_days
from doorknock.campaigns.models import Campaign
from doorknock.coverage import freshness
from doorknock.coverage.freshness import Freshness, Phone
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.regions.models import Grid, Region
from doorknock.words import _, joined


@dataclass(frozen=True)
class Silent:
    """A person with phones out of touch: where, since when in words, and what may be sent."""

    name: str
    where: str
    words: str
    reminder: str
    phones: int
    since: datetime | None


def late(grids: Iterable[str], campaign: Campaign) -> frozenset[str]:
    """Of these grids those with a phone out of touch, in villages that have something planned today."""
    now = clock.now()
    resting = rest_days.on(campaign.county, [campaign.id], clock.edition_of(now))
    fresh = freshness.of_grids(grids)
    return frozenset(code for code, each in fresh.items() if code[:12] not in resting and each.behind(now))


def silent(fresh: Mapping[str, Freshness], left: Mapping[str, int]) -> list[Silent]:
    """By person, in the order of their grids' codes; ``left`` = 还要去 per grid."""
    now = clock.now()
    phones: dict[str, Phone] = {}
    grids: dict[str, list[str]] = defaultdict(list)
    for code in sorted(fresh):
        for phone in fresh[code].behind(now):
            phones[phone.id] = phone
            grids[phone.id].append(code)
    owners = select(Device.id, Person.id, Person.name).join(Person, Person.id == Device.worker_id)
    mine: dict[tuple[str, str], list[Phone]] = defaultdict(list)
    for ident, person_id, name in db.session.execute(owners.where(Device.id.in_(phones))):
        mine[(person_id, name)].append(phones[ident])
    called = _called({code for codes in grids.values() for code in codes})
    found = []
    for (_id, name), held in mine.items():
        codes = sorted({code for phone in held for code in grids[phone.id]})
        found.append((codes, _silent(name, held, codes, called, left)))
    return [each for _codes, each in sorted(found, key=lambda pair: pair[0])]


def _silent(
    name: str, phones: list[Phone], codes: list[str], called: Mapping[str, tuple[str, str]], left: Mapping[str, int]
) -> Silent:
    lasts = [phone.last for phone in phones]
    since = None if None in lasts else min(last for last in lasts if last is not None)
    start = _("%(since)s 后", since=clock.said(since)) if since else _("登记后")
    doors = sum(left.get(code, 0) for code in codes)
    where = joined(f"{village}{grid}" for village, grid in (called[code] for code in codes))
    short = joined(dict.fromkeys(called[code][0] for code in codes))
    words = _("%(start)s没联系，名下还要去 %(doors)s 户", start=start, doors=doors)
    reminder = _(
        "%(name)s您好，%(where)s的手机%(start)s没有和工作台联系上。方便时请在有网的地方打开 %(url)s/field/，"
        "点「同步」，存好的记录就传上来了。没网也不要紧，记录都在手机里，不会丢。",
        name=name, where=where, start=start, url=current_app.config["PUBLIC_URL"].rstrip("/"),
    )  # fmt: skip
    return Silent(name, short, words, reminder, len(phones), since)


def _called(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Grid → names of its village and itself."""
    query = select(Grid.code, Region.name, Grid.name).join(Region, Region.code == Grid.village_code)
    return {code: (village, grid) for code, village, grid in db.session.execute(query.where(Grid.code.in_(codes)))}
