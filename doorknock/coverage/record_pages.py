"""The pages that a figure leads to: the visits, or the doors, that it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from flask import Blueprint, g, request

from doorknock import clock
from doorknock.access import may, needs
from doorknock.coverage import asking, gaps, records
from doorknock.coverage.view import last_evening
from doorknock.errors import Problem
from doorknock.regions import models as regions
from doorknock.regions.models import Region
from doorknock.visits import made
from doorknock.visits.fold import OUTCOMES, PLAIN
from doorknock.web import render

T = TypeVar("T")
door = Blueprint("records", __name__, url_prefix="/office")


def asked_region() -> Region:
    """The region that the address names."""
    return regions.region(request.args.get("region", ""))


@door.get("/visits")
@needs("coverage", asked_region)
def visits() -> str:
    """The visits of a region made in an edition or several: doors for the village and the town, groups for others."""
    top = asked_region()
    campaign = asking.campaign(top)
    if campaign is None:
        return render("coverage/visits.html", here=top, asked=None)
    first, last = _editions()
    rows = may(g.person, "doors", top)
    if not rows:
        first, last = min(first, last_evening()), min(last, last_evening())
    span = made.Span(campaign.county, (campaign.id,), first, last)
    known = _instant("known") if rows else clock.end_of(last_evening())
    asked = records.Behind(top, span, _grid(top), _outcomes() if rows else (), known)
    if not rows:
        return render("coverage/visits.html", here=top, asked=asked, groups=records.by_group(asked))
    found = records.lines(asked, _before())
    more = f"{found[-1].key[0].isoformat()},{found[-1].key[1]}" if len(found) == records.PAGE else ""
    return render(
        "coverage/visits.html", here=top, asked=asked, lines=found, count=records.count(asked), more=more,
        first="before" not in request.args, words=PLAIN, link=asking.link, grid=asking.grid(),
    )  # fmt: skip


@door.get("/doors")
@needs("doors", asked_region)
def doors() -> str:
    """The doors that a figure counts, in roster order."""
    top = asked_region()
    of, campaign = request.args.get("of", "d"), asking.campaign(top)
    if of not in records.OF:
        raise Problem("not_found")
    if campaign is None:
        return render("coverage/doors.html", here=top, count=0, doors=[], of=of, words=records.OF)
    asked = gaps.Asked(top, campaign, asking.phase(campaign), asking.grids(top, campaign))
    count = records.count_doors(asked, of)
    pages = max(1, -(-count // records.PAGE))
    page = min(pages, max(1, request.args.get("page", 1, type=int)))
    names = may(g.person, "doors.names", top)
    return render(
        "coverage/doors.html", here=top, count=count, doors=records.doors(asked, of, page, names=names), of=of,
        words=records.OF, names=names, number=page, pages=pages, link=asking.link, grid=asking.grid(),
    )  # fmt: skip


def _editions() -> tuple[date, date]:
    """The edition that is asked for, or several as first..last; without one, the running edition."""
    said = request.args.get("edition", "") or clock.edition_of(clock.now()).isoformat()
    first, _dots, last = said.partition("..")
    days = _read(date.fromisoformat, first), _read(date.fromisoformat, last or first)
    return min(days), max(days)


def _grid(top: Region) -> str | None:
    code = request.args.get("grid")
    if code is not None and not code.startswith(top.code[:12] if top.level in ("village", "group") else top.code[:9]):
        raise Problem("not_found")
    return code


def _outcomes() -> tuple[str, ...]:
    return tuple(key for key in request.args.getlist("outcome") if key in OUTCOMES)


def _before() -> records.Key | None:
    at, _comma, ident = request.args.get("before", "").partition(",")
    return (_read(datetime.fromisoformat, at), ident) if at else None


def _instant(name: str) -> datetime | None:
    said = request.args.get(name)
    return _read(clock.parse, said) if said else None


def _read(reader: Callable[[str], T], said: str) -> T:
    try:
        return reader(said)
    except ValueError:
        raise Problem("bad_request") from None
