"""定稿: a report is written down once, saying what was true at its moment, whenever that is done.

All that a report says can be read as of its moment: visits by when they took effect, counters by the evenings that they
remember. So being late, being killed half-way and being done twice all come to the same papers.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from doorknock import audit, changes, clock, web
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.coverage.view import last_evening
from doorknock.db import db, new_id, one_instant
from doorknock.errors import Refused
from doorknock.papers.keeping import to_json
from doorknock.papers.paper import Paper
from doorknock.places.counters import DAY
from doorknock.regions.models import Region, ancestors, grids_of, region, subtree
from doorknock.reports import calendar, daily, masks, models, sheet, spans
from doorknock.reports.calendar import Due
from doorknock.reports.counting import Asked, Counted, count
from doorknock.reports.models import LEVELS, Report, ReportVersion
from doorknock.words import _

EDITION_KINDS = ("daily", "bulletin")
FOR = {"bulletin": ("town", "county")}
"""Kinds that are made by themselves for some regions only; the rest for all."""
Span = tuple[date, date, date | None]
"""First and last edition, and the evening as of which doors stand."""


def freeze(due: Due) -> int:
    """Make what is not there yet of this report for every region of the campaign; how many were made."""
    top = county_of(due.campaign)
    _settle(top)
    one_instant()
    counted = count(top, due.asked)
    for each in counted.regions.values():
        db.session.expunge(each)  # else every transaction below would read them all again
    back = masks.hidden(counted, top)
    made = 0
    for town in counted.below(top):
        made += _write(due, counted, [town, *counted.below(town)], back)
    return made + _write(due, counted, [top], back)


def catch_up(now: datetime) -> list[tuple[Due, int]]:
    """Make all that is due by now, the earliest first; of each how many papers were made."""
    return [(each, freeze(each)) for each in calendar.due(now)]


def freeze_now(here: Region, campaign: Campaign, *, by: str) -> Report:
    """Freeze the running 日报 of a region before its 18:00. Refused where it is frozen, or nothing is walked.

    In the caller's transaction, under the locks of the region's grids: nothing moves between counting and writing.
    """
    edition = clock.edition_of(clock.now())
    if not campaign.starts <= edition <= campaign.ends + DAY:
        raise Refused(_("这一天不在行动的日子里，没有日报。"))
    if models.of_edition(here, campaign, "daily", edition):
        raise Refused(_("这一份已经定稿了。"))
    return _made_now(here, campaign, "daily", (edition, edition, None), by=by)


def bulletin(here: Region, campaign: Campaign, *, by: str) -> Report:
    """A 通报 of the running edition as it stands now, in the caller's transaction."""
    edition = clock.edition_of(clock.now())
    return _made_now(here, campaign, "bulletin", (edition, edition, edition - DAY), by=by)


def summary(here: Region, campaign: Campaign, *, by: str) -> Report:
    """A 阶段总结 of the campaign, or of the phase that ran last, up to the last 18:00; in the caller's transaction.

    Refused before the first 18:00 of it.
    """
    last = min(last_evening(), campaign.ends + DAY)
    phase = phases.on(campaign, min(last, campaign.ends))
    first = phase.starts if phase else campaign.starts
    if last < first:
        raise Refused(_("刚开始，还没有一天的数字。请明天 18:00 以后再写。"))
    return _made_now(here, campaign, "summary", (first, last, last), by=by)


def papers_of(counted: Counted, here: Region, kind: str, back: frozenset[str]) -> tuple[Paper | None, Paper | None]:
    """A region's paper for those who see all of it, and for those who see masked figures; None where nobody does."""

    def made(hidden: frozenset[str] | None) -> Paper:
        if kind in EDITION_KINDS:
            return daily.paper(sheet.of(counted, here, hidden), kind)
        return spans.paper(sheet.of(counted, here, hidden, spans.NAMES[kind]), counted, kind)

    with clock.pinned(counted.asked.instant):  # 昨天 is what its reader calls so
        whole = None if here.level == "county" else made(None)
        masked = None if here.level == "village" else made(back)
    return whole, masked


def county_of(campaign: Campaign) -> Region:
    """The county that a campaign belongs to."""
    return next(each for each in ancestors(region(campaign.region_code)) if each.level == "county")


def _settle(top: Region) -> None:
    """Whatever was begun before is committed, town by town: who holds a grid took effect when it got the lock."""
    villages: dict[str, list[str]] = {}
    for each in subtree(top):
        if each.level == "village":
            villages.setdefault(each.parent_code or "", []).append(each.code)
    for codes in villages.values():
        with web.apart():
            changes.lock(grid.code for grid in grids_of(codes))


def _write(due: Due, counted: Counted, here: list[Region], back: frozenset[str]) -> int:
    """Write down a town with its villages at once, leaving out what is there."""
    there = models.moments(due.campaign.county, due.campaign.id, due.kind, due.last)
    levels = FOR.get(due.kind, LEVELS)
    wanted = [
        each for each in here
        if each.code not in there and each.level in levels and counted.nodes[each.code].sums["d"]
    ]  # fmt: skip
    rows = [(each, papers_of(counted, each, due.kind, back)) for each in wanted]
    if not rows:
        return 0
    try:
        with web.apart():
            for each, papers in rows:
                _insert(due.asked, due.kind, each, papers, turn=0)
    except IntegrityError:  # another process was writing the very same papers
        return 0
    finally:
        one_instant()
    return len(rows)


def _insert(asked: Asked, kind: str, here: Region, papers: tuple[Paper | None, Paper | None], *, turn: int) -> str:
    whole, masked = papers
    ident = new_id()
    db.session.execute(
        insert(Report).values(
            county=here.county, id=ident, region_code=here.code, campaign_id=asked.campaign.id, kind=kind,
            first=asked.first, last=asked.last, turn=turn, moment=asked.moment,
        )
    )  # fmt: skip
    db.session.execute(
        insert(ReportVersion).values(
            county=here.county, report_id=ident, number=1, made_at=clock.now(),
            whole=to_json(whole) if whole else None, masked=to_json(masked) if masked else None,
        )
    )  # fmt: skip
    return ident


def _made_now(here: Region, campaign: Campaign, kind: str, asked: Span, *, by: str) -> Report:
    """Lock, count, write: in the caller's transaction, so that nothing moves between."""
    changes.lock(_grids(here))
    first, last, at = asked
    wanted = Asked(campaign, first, last, clock.now(), at)
    counted = count(here, wanted)
    if not counted.nodes[here.code].sums["d"]:
        raise Refused(_("这里还没有应访户，没有可报的。请先导入名单。"))
    earlier = models.of_edition(here, campaign, kind, last)
    turn = 0 if kind == "daily" else 1 + max((each.turn for each in earlier), default=0)
    papers = papers_of(counted, here, kind, masks.hidden(counted, here))
    ident = _insert(wanted, kind, here, papers, turn=turn)
    audit.record("report.make", here.code, by=by, subject=ident, kind=kind, day=last.isoformat())
    return models.report(ident, here)


def _grids(here: Region) -> list[str]:
    return [grid.code for grid in grids_of(each.code for each in subtree(here) if each.level == "village")]
