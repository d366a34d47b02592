"""The office's pages of figures: overview, the tree of regions, and the doors that are still to go to."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, g, render_template, request

from doorknock.access import may, needs
from doorknock.campaigns.models import Campaign
from doorknock.coverage import asking, frame, gaps, home, leader, record_pages, short, table, waiting
from doorknock.coverage.view import View, look
from doorknock.regions import models as regions
from doorknock.regions.models import Region
from doorknock.web import render

door = Blueprint("coverage", __name__, url_prefix="/office")


def register(app: Flask) -> None:
    """Open the pages; every office page gets its frame here."""
    frame.hang(app)
    app.register_blueprint(door)
    app.register_blueprint(record_pages.door)


@door.get("")
@needs("home")
def overview() -> str:
    """Where we are, who is behind, what waits for me."""
    tasks = waiting.tasks(g.person)
    top = _home()
    if top is None or not may(g.person, "coverage"):
        return render_template("home/people_only.html", tasks=tasks)
    if not may(g.person, "coverage.whole", top):
        return _leader(top)
    view = look(g.person, top, asking.key(), whole=asking.whole())
    return render("home/home.html", here=top, view=view, found=home.overview(view), tasks=tasks, kept=asking.kept())


@door.get("/leader")
@needs("coverage")
def own_leader() -> str:
    """The leader's page of one's own region."""
    top = _home()
    return _leader(top) if top else render_template("home/people_only.html", tasks=[])


@door.get("/leader/<code>")
@needs("coverage", regions.region)
def leader_page(code: str) -> str:
    """The leader's page of a region."""
    return _leader(regions.region(code))


def _leader(top: Region) -> str:
    view = look(g.person, top, asking.key(), whole=asking.whole())
    return render("coverage/leader.html", here=top, view=view, found=leader.brief(view))


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
        return _short(top)
    campaign = asking.campaign(top)
    if campaign is None:
        return render("coverage/gaps.html", here=top, asked=None, gaps=[], count=0)
    asked = gaps.Asked(top, campaign, asking.phase(campaign), asking.grids(top, campaign), asking.why())
    page, count = max(1, request.args.get("page", 1, type=int)), gaps.count(asked)
    pages = max(1, -(-count // gaps.PAGE))
    names = may(g.person, "doors.names", top)
    return render(
        "coverage/gaps.html", here=top, asked=asked, gaps=gaps.doors(asked, page, names=names), names=names,
        count=count, number=min(page, pages), pages=pages, link=asking.link, whys=gaps.WHYS,
        counts=gaps.by_why(replace(asked, why=None)), hours=_hours(top, asked), choices=_choices(top),
        grid=asking.grid(),
    )  # fmt: skip


def _tree(top: Region) -> str:
    view = look(g.person, top, asking.key(), whole=asking.whole())
    opened = request.args.getlist("open")
    shown = table.rows(view, opened, asking.key())
    figures = table.figures_of(view, view.node)
    app = table.app_counts(view, view.node)
    return render(
        "coverage/coverage.html", here=top, view=view, rows=shown, own=figures, app=app, keys=_keys(view),
        chosen=view.campaign.key if view.campaign else None,
    )  # fmt: skip


@door.get("/short/<code>")
@needs("gaps", regions.region)
def short_groups(code: str) -> str:
    """还差的组: where many doors are still to go to, and why; no doors, no names."""
    return _short(regions.region(code))


def _short(top: Region) -> str:
    view = look(g.person, top, asking.key(), whole=asking.whole())
    least = short.Threshold(_number("percent", short.PERCENT), _number("doors", short.DOORS))
    doors = may(g.person, "doors", top)
    return render(
        "coverage/short.html", here=top, view=view, least=least, doors=doors, whys=gaps.WHYS, link=asking.link,
        lines=short.groups(view, least, doors=doors), whole=table.figures_of(view, view.node),
    )  # fmt: skip


def _number(name: str, usual: int) -> int:
    return min(9999, max(1, request.args.get(name, usual, type=int)))


def _hours(top: Region, asked: gaps.Asked) -> dict[str, str]:
    """Grid's name → the hours that worked there, of a village or less."""
    if top.level not in ("village", "group"):
        return {}
    view = look(g.person, top, asking.key(), whole=asking.whole())
    found = regions.grids_of([top.code[:12]])
    mine = {each.code for each in found if asked.grids is None or each.code in asked.grids}
    mine &= {top.grid_code} if top.level == "group" else mine
    said = short.hours_of(mine, view)
    return {each.name: said[each.code] for each in found if each.code in said}


def _choices(top: Region) -> list[Region]:
    """The groups that ticked doors may be handed to, for those who may."""
    if top.level not in ("village", "group") or not may(g.person, "roster.edit", top):
        return []
    return [group for group in regions.groups(top.code[:12]) if group.grid_code]


def _keys(view: View) -> list[Campaign]:
    """One campaign a key, for the filter; the one that began last first."""
    by_key = {c.key: c for c in view.known}
    return sorted(by_key.values(), key=lambda c: (c.starts, c.key), reverse=True)


def _home() -> Region | None:
    found: Region | None = g.person.home
    return found
