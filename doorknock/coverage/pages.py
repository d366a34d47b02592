"""The office's pages of figures: overview, the tree of regions, and the doors that are still to go to."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Flask, g, render_template, request

from doorknock import clock
from doorknock.access import may, needs
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Phase
from doorknock.coverage import frame, gaps, home, reminders, table, waiting
from doorknock.coverage.figures import campaigns_in
from doorknock.coverage.view import View, look, pick, walk
from doorknock.errors import Problem
from doorknock.regions import models as regions
from doorknock.regions.models import Region, grids_of
from doorknock.web import render

door = Blueprint("coverage", __name__, url_prefix="/office")


def register(app: Flask) -> None:
    """Open the pages; every office page gets its frame here."""
    frame.hang(app)
    app.register_blueprint(door)


@door.get("")
@needs("home")
def overview() -> str:
    """Where we are, who is behind, what waits for me."""
    tasks = waiting.tasks(g.person)
    top = _home()
    if top is None or not may(g.person, "coverage"):
        return render_template("home/people_only.html", tasks=tasks)
    view = look(g.person, top, _key(), whole=_whole())
    return render("home/home.html", here=top, view=view, found=home.overview(view), tasks=tasks)


@door.get("/coverage")
@needs("coverage")
def own_coverage() -> str:
    """The tree of one's own region."""
    top = _home()
    return _tree(top) if top else render_template("home/people_only.html", tasks=[])


@door.get("/coverage/<code>")
@needs("coverage", regions.region)
def coverage(code: str) -> str:
    """The tree of a region; ``open`` names the regions whose parts are shown."""
    return _tree(regions.region(code))


@door.get("/gaps/<code>")
@needs("gaps", regions.region)
def gap_list(code: str) -> str:
    """The doors still to go to: with names for the village, without for the town, by group for the county."""
    top = regions.region(code)
    if not may(g.person, "doors", top):
        return _gaps_by_group(top)
    campaign = _campaign(top)
    if campaign is None:
        return render("coverage/gaps.html", here=top, asked=None, gaps=[], count=0)
    asked = gaps.Asked(top, campaign, _phase(campaign), _grids(top, campaign), _why())
    page, count = max(1, request.args.get("page", 1, type=int)), gaps.count(asked)
    pages = max(1, -(-count // gaps.PAGE))
    names = may(g.person, "doors.names", top)
    return render(
        "coverage/gaps.html", here=top, asked=asked, gaps=gaps.doors(asked, page, names=names), names=names,
        count=count, number=min(page, pages), pages=pages, link=_link, whys=gaps.WHYS,
        grid=regions.grid(request.args["grid"]) if "grid" in request.args else None,
    )  # fmt: skip


def _tree(top: Region) -> str:
    view = look(g.person, top, _key(), whole=_whole())
    opened = request.args.getlist("open")
    shown = table.rows(view, opened, _key())
    figures = table.figures_of(view, view.node)
    app = table.app_counts(view, view.node)
    return render(
        "coverage/coverage.html", here=top, view=view, rows=shown, own=figures, app=app, keys=_keys(view),
        chosen=view.campaign.key if view.campaign else None,
    )  # fmt: skip


def _gaps_by_group(top: Region) -> str:
    view = look(g.person, top, _key(), whole=_whole())
    found = [n for n in walk(view.node) if n.level == "group"]
    names = {n.code: n.name for n in view.nodes.values() if n.level == "village"}
    lines = [(names.get(n.code[:12], ""), n, table.figures_of(view, n)) for n in found]
    whole = table.figures_of(view, view.node)
    return render("coverage/groups.html", here=top, view=view, lines=[x for x in lines if x[2].left], whole=whole)


def _keys(view: View) -> list[Campaign]:
    """One campaign a key, for the filter; the one that began last first."""
    by_key = {c.key: c for c in view.known}
    return sorted(by_key.values(), key=lambda c: (c.starts, c.key), reverse=True)


def _campaign(top: Region) -> Campaign | None:
    found = [c for c in pick(campaigns_in(top), _key(), clock.today()) if c.county == top.county]
    return found[0] if found else None


def _home() -> Region | None:
    found: Region | None = g.person.home
    return found


def _key() -> str | None:
    return request.args.get("campaign") or None


def _phase(campaign: Campaign) -> Phase | None:
    """The phase that counts for itself today, unless the whole campaign is asked for."""
    phase = None if _whole() else phases.on(campaign, clock.today())
    return phase if phase and phase.anew else None


def _whole() -> bool:
    return "whole" in request.args


def _why() -> str | None:
    asked = request.args.get("why")
    return asked if asked in gaps.WHYS else None


def _grids(top: Region, campaign: Campaign) -> frozenset[str] | None:
    """The grid that is asked for, or (``late``) those with a phone out of touch; None for all."""
    code = request.args.get("grid")
    if code is None and "late" not in request.args:
        return None
    known = {found.code for found in grids_of([v.code for v in regions.villages(top)] or [top.parent_code or ""])}
    if code is None:
        return reminders.late(known, campaign)
    if code not in known:
        raise Problem("not_found")
    return frozenset({code})


def _link(page: int | None = None, **changes: object) -> str:
    """This page's address at another page, or with some of its questions changed; None leaves one out."""
    asked = dict(request.args.items()) | {"page": page} | changes
    return f"{request.path}?{urlencode({k: v for k, v in asked.items() if v is not None})}"
