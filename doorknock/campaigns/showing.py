"""The page 行动: which campaigns somebody sees, what may be changed about each, and what a deed on it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import g, render_template, request

from doorknock import clock, web
from doorknock.access import may
from doorknock.campaigns import phases, running
from doorknock.campaigns.models import PARTS, Campaign, CommitmentText, of_county, versions
from doorknock.campaigns.phases import Phase, Target
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.regions.models import Region, ancestors, grids_of, region, villages
from doorknock.words import _, lazy

PART_WORDS = {
    "app": lazy("安装情况"), "commitment": lazy("承诺书"), "materials": lazy("资料"), "photos": lazy("照片"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A campaign with what this person may do about it."""

    campaign: Campaign
    region: Region
    texts: list[CommitmentText]
    may_change: bool
    may_write: bool
    phases: list[Phase]
    targets: list[Target]

    @property
    def parts(self) -> dict[str, bool]:
        """Which parts are on."""
        return PARTS | self.campaign.parts


def at_work(found: Campaign) -> Region:
    """The smallest region with every village where it is walked: who reaches that may decide for all of them."""
    top = region(found.region_code)
    walked = {grid.village_code for grid in grids_of([v.code for v in villages(top)])}
    paths = [region(code).path.split("/") for code in sorted(walked)]
    if not paths:
        return top
    shared = [codes[0] for codes in zip(*paths, strict=False) if len(set(codes)) == 1]
    return region(shared[-1])


def campaign_of(ident: str) -> Campaign:
    """The campaign of the person's county with this id; Problem not_found."""
    home: Region | None = g.person.home
    found = db.session.get(Campaign, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这次行动。"))
    return found


def region_of(ident: str, **_more: str) -> Region:
    """Where the campaign that a request names is walked."""
    return at_work(campaign_of(ident))


def day_of(name: str) -> date:
    """The day that a form gives under this name; Refused without."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused(_("请选开始和结束的日期。")) from None


def done(ident: str, act: Callable[[], str]) -> str | tuple[str, int]:
    """The page again, with what was done; or with why not, and what was filled in."""
    try:
        said = act()
        db.session.flush()
        return page(ident, said)
    except Refused as why:
        web.rollback()
        return page(ident, "".join(why.reasons), refused=True), 422


def page(ident: str, said: str, *, refused: bool = False) -> str:
    """All campaigns that concern the person, with what was just done to one of them."""
    home: Region | None = g.person.home
    found = [_shown(c) for c in of_county(home.county) if _concerns(c, home)] if home else []
    return render_template(
        "campaigns/campaigns.html", found=found, said=said, of=ident, refused=refused, part_words=PART_WORDS,
        longest=running.LONGEST_TEXT, today=clock.today(), form=request.form if refused else {},
    )  # fmt: skip


def _concerns(campaign: Campaign, home: Region) -> bool:
    top = region(campaign.region_code)
    return top.holds(home.path) or home.holds(top.path) or home.code in {r.code for r in ancestors(top)}


def _shown(campaign: Campaign) -> Shown:
    where = at_work(campaign)
    return Shown(
        campaign, region(campaign.region_code), versions(campaign)[::-1], may(g.person, "campaigns.change", where),
        may(g.person, "texts", where), phases.of(campaign), phases.targets(campaign),
    )  # fmt: skip
