"""What an address of this room asks for: campaign, phase, grids, why; and the same address with something changed."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from doorknock import clock
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Phase
from doorknock.coverage import gaps, reminders
from doorknock.coverage.figures import campaigns_in
from doorknock.coverage.view import pick
from doorknock.errors import Problem
from doorknock.regions import models as regions
from doorknock.regions.models import Grid, Region, grids_of


def grid() -> Grid | None:
    """The grid that is asked for."""
    return regions.grid(request.args["grid"]) if "grid" in request.args else None


def campaign(top: Region) -> Campaign | None:
    """The campaign that an address asks for in this region, else the one that fits today."""
    found = [c for c in pick(campaigns_in(top), key(), clock.today()) if c.county == top.county]
    return found[0] if found else None


def key() -> str | None:
    """The key of the campaign that is asked for."""
    return request.args.get("campaign") or None


def phase(of: Campaign) -> Phase | None:
    """The phase that counts for itself today, unless the whole campaign is asked for."""
    found = None if whole() else phases.on(of, clock.today())
    return found if found and found.anew else None


def whole() -> bool:
    """Whether 全程 is asked for while a phase counts for itself."""
    return "whole" in request.args


def why() -> str | None:
    """The why that open doors are narrowed to."""
    asked = request.args.get("why")
    return asked if asked in gaps.WHYS else None


def grids(top: Region, of: Campaign) -> frozenset[str] | None:
    """The grid that is asked for, or (``late``) those with a phone out of touch; None for all."""
    code = request.args.get("grid")
    if code is None and "late" not in request.args:
        return None
    known = {found.code for found in grids_of([v.code for v in regions.villages(top)] or [top.parent_code or ""])}
    if code is None:
        return reminders.late(known, of)
    if code not in known:
        raise Problem("not_found")
    return frozenset({code})


def link(page: int | None = None, **changes: object) -> str:
    """This page's address at another page, or with some of its questions changed; None leaves one out."""
    asked = dict(request.args.items()) | {"page": page} | changes
    return f"{request.path}?{urlencode({k: v for k, v in asked.items() if v is not None})}"


def kept() -> str:
    """What every link of a page passes on, behind other questions: the campaign, and 全程."""
    said = {name: request.args[name] for name in ("campaign", "whole") if name in request.args}
    return f"&{urlencode(said)}" if said else ""
