"""The office's pages of figures: overview, the tree of regions, and the doors that are still to go to."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template, request

from doorknock.access import may, needs
from doorknock.campaigns.models import Campaign
from doorknock.coverage import asking, frame, gaps, home, record_pages, table, waiting
from doorknock.coverage.view import View, look, walk
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
    view = look(g.person, top, asking.key(), whole=asking.whole())
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


def _gaps_by_group(top: Region) -> str:
    view = look(g.person, top, asking.key(), whole=asking.whole())
    found = [n for n in walk(view.node) if n.level == "group"]
    names = {n.code: n.name for n in view.nodes.values() if n.level == "village"}
    lines = [(names.get(n.code[:12], ""), n, table.figures_of(view, n)) for n in found]
    whole = table.figures_of(view, view.node)
    return render("coverage/groups.html", here=top, view=view, lines=[x for x in lines if x[2].left], whole=whole)


def _keys(view: View) -> list[Campaign]:
    """One campaign a key, for the filter; the one that began last first."""
    by_key = {c.key: c for c in view.known}
    return sorted(by_key.values(), key=lambda c: (c.starts, c.key), reverse=True)


def _home() -> Region | None:
    found: Region | None = g.person.home
    return found
