"""One report as somebody looks at it: the draft of the running 日报, or a frozen one with what came behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from doorknock import clock
from doorknock.access import Person, may
from doorknock.campaigns.models import Campaign
from doorknock.coverage import figures, reminders
from doorknock.coverage.reminders import Silent
from doorknock.coverage.view import pick
from doorknock.db import db
from doorknock.papers.as_page import Shown, shown
from doorknock.papers.as_text import as_text
from doorknock.papers.paper import KINDS, Paper
from doorknock.places.counters import DAY
from doorknock.regions.models import Region
from doorknock.reports import daily, models, sheet
from doorknock.reports.counting import Asked, Counted, count
from doorknock.reports.models import Report, ReportVersion
from doorknock.visits import made
from doorknock.visits.made import Since
from doorknock.words import _

KEPT = 31
"""So many earlier reports are listed."""


@dataclass(frozen=True)
class Looked:
    """What the page shows. Without ``report`` a draft. ``behind`` = 补到 and what was taken back since it was frozen.

    ``silent`` = who is out of touch, ``incomplete`` = how many parts of the region that concerns; of drafts only.
    """

    region: Region
    campaign: Campaign
    kind: str
    paper: Paper
    report: Report | None = None
    version: ReportVersion | None = None
    versions: tuple[ReportVersion, ...] = ()
    behind: Since | None = None
    silent: tuple[Silent, ...] = ()
    incomplete: int = 0

    @property
    def blocks(self) -> list[Shown]:
        """The paper's blocks with their drawings."""
        return shown(self.paper)

    @property
    def text(self) -> str:
        """One paragraph for a chat group."""
        return as_text(self.paper)

    @property
    def address(self) -> str:
        """Where it is, and its forms below."""
        ident = self.report.id if self.report else "draft"
        return f"/office/reports/{self.region.code}/{ident}"

    @property
    def asks(self) -> str:
        """What its forms' addresses ask for."""
        return f"?version={self.version.number}" if self.version else f"?campaign={self.campaign.key}"

    @property
    def day(self) -> str:
        """The day that it is called by: that of its moment for a 通报, else that of its last edition."""
        if self.report is None:
            return daily.day_said(clock.edition_of(clock.now()))
        by_moment = self.kind == "bulletin"
        return daily.day_said(clock.day_of(self.report.moment) if by_moment else self.report.last)

    @property
    def name(self) -> str:
        """What a file of it is called, without its ending."""
        day = self.report.last if self.report else clock.edition_of(clock.now())
        return f"{self.region.name}{KINDS[self.kind]}{day:%Y%m%d}"

    @property
    def left(self) -> tuple[str, str]:
        """Number and unit of the time until a draft is frozen."""
        rest = clock.end_of(clock.edition_of(clock.now())) - clock.now()
        minutes = max(1, -(-rest // timedelta(minutes=1)))
        return (str(minutes), _("分钟")) if minutes < 100 else (str(round(minutes / 60)), _("小时"))


def campaign_of(here: Region, key: str | None) -> Campaign | None:
    """The campaign that is asked for here, else the one that fits today."""
    known = [each for each in figures.campaigns_in(here) if each.county == here.county]
    return next(iter(pick(known, key, clock.today())), None)


def draft(person: Person, here: Region, campaign: Campaign) -> Looked | None:
    """The running 日报; None for who sees frozen figures only, off the campaign's days, and once it is frozen."""
    edition = clock.edition_of(clock.now())
    if masked_for(person, here) or here.level == "county" or not _runs(campaign, edition):
        return None
    if models.of_edition(here, campaign, "daily", edition):
        return None
    counted = count(here, Asked(campaign, edition, edition))
    paper = daily.paper(sheet.of(counted, here, None), "daily")
    late = [line for line in counted.parts(here) if line.silent(clock.now())]
    return Looked(
        here, campaign, "daily", paper, silent=tuple(_silent(counted)), incomplete=len(late)
    )  # fmt: skip


def sent_today(person: Person, here: Region, campaign: Campaign) -> bool:
    """Whether today's 日报 is frozen and the next one is running: until midnight that one is to be sent."""
    over = clock.edition_of(clock.now()) > clock.today()
    return over and bool(latest(person, here, campaign, "daily", clock.today()))


def frozen(person: Person, here: Region, found: Report, number: int | None = None) -> Looked:
    """A report's last version, or the one that is asked for, as this person may read it."""
    known = models.versions(found)
    version = next((each for each in known if each.number == number), known[0])
    campaign = db.session.get_one(Campaign, (found.county, found.campaign_id))
    return Looked(
        here, campaign, found.kind, version.paper(masked=masked_for(person, here)), found, version, tuple(known),
        None if masked_for(person, here) else _behind(found, campaign, here),
    )  # fmt: skip


def masked_for(person: Person, here: Region) -> bool:
    """Whether this person reads masked figures here."""
    return not may(person, "coverage.whole", here)


def latest(person: Person, here: Region, campaign: Campaign, kind: str, last: date | None = None) -> list[Report]:
    """The last reports of this kind about the region in this campaign that this person may read, the newest first.

    With ``last`` those of this edition only.
    """
    if here.level == "village" and masked_for(person, here):
        return []
    known = [each for each in models.listed(here, kind, KEPT) if each.campaign_id == campaign.id]
    return [each for each in known if last is None or each.last == last]


def _runs(campaign: Campaign, edition: date) -> bool:
    return campaign.starts <= edition <= campaign.ends + DAY


def _behind(found: Report, campaign: Campaign, here: Region) -> Since:
    """What came, and what was taken back, of its editions since it was frozen."""
    asked = Asked(campaign, found.first, found.last, found.moment)
    whole = Since()
    for code, each in made.since(asked.span(found.first, found.last), asked.instant).items():
        if code.startswith(_digits(here)):
            whole.late += each.late
            whole.gone += each.gone
    return whole


def _digits(here: Region) -> str:
    return here.code[: {"county": 6, "town": 9}.get(here.level, 12)]


def _silent(counted: Counted) -> list[Silent]:
    working = {code: each for code, each in counted.fresh.items() if code[:12] not in counted.resting}
    return reminders.silent(
        working, {code: node.sums["d"] - node.sums["closed"] for code, node in counted.grids.items()}
    )
