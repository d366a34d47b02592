"""A report and its versions. What a version says never changes; a 更正 is a new version with its reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.campaigns.models import Campaign
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, new_id
from doorknock.errors import Problem
from doorknock.papers import keeping
from doorknock.papers.paper import Paper
from doorknock.regions.models import Region
from doorknock.words import _

LEVELS = ("village", "town", "county")
"""Of which regions reports are made."""


class Report(Base):
    """One paper about a region and some editions of a campaign. ``moment``: the instant that its figures speak of."""

    __tablename__ = "report"
    __table_args__ = (
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        UniqueConstraint("county", "region_code", "campaign_id", "kind", "last", "turn", name="uq_report_turn"),
        Index("ix_report_region", "county", "region_code", "moment"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    campaign_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(12))
    first: Mapped[date]
    last: Mapped[date]
    turn: Mapped[int] = mapped_column(Integer, default=0)
    """Which of several of one edition it is: 通报 and 阶段总结 are made as often as they are wanted."""
    moment: Mapped[datetime]


class ReportVersion(Base):
    """What a report says. ``masked`` is what those read who see no small number about people's choices."""

    __tablename__ = "report_version"
    __table_args__ = (
        ForeignKeyConstraint(["county", "report_id"], ["report.county", "report.id"]),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    report_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    made_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(60))
    whole: Mapped[dict[str, Any] | None]
    masked: Mapped[dict[str, Any] | None]

    def paper(self, *, masked: bool) -> Paper:
        """The paper for such a reader; Problem where none was made for them."""
        kept = self.masked if masked else self.whole
        if kept is None:
            raise Problem("not_found", _("这一份没有给这个账号看的样子。"))
        return keeping.from_json(kept)


class ReportTemplate(Base):
    """A region's own form, .xlsx or .docx, that its reports are filled into."""

    __tablename__ = "report_template"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    form: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


def report(ident: str, here: Region) -> Report:
    """The report of this region with this id; Problem not_found where there is none."""
    found = db.session.get(Report, (here.county, ident))
    if found is None or found.region_code != here.code:
        raise Problem("not_found", _("没有这一份报告。"))
    return found


def versions(of: Report) -> list[ReportVersion]:
    """Its versions, the newest first."""
    mine = (ReportVersion.county == of.county) & (ReportVersion.report_id == of.id)
    return list(db.session.scalars(select(ReportVersion).where(mine).order_by(ReportVersion.number.desc())))


def listed(here: Region, kind: str, most: int) -> list[Report]:
    """The last reports of this kind about a region, the newest first."""
    mine = (Report.county == here.county) & (Report.region_code == here.code) & (Report.kind == kind)
    return list(db.session.scalars(select(Report).where(mine).order_by(Report.moment.desc()).limit(most)))


def of_edition(here: Region, campaign: Campaign, kind: str, last: date) -> list[Report]:
    """The reports of this kind about this edition (or the span that it ends), the newest first."""
    mine = (Report.county == here.county) & (Report.region_code == here.code) & (Report.kind == kind)
    mine &= (Report.campaign_id == campaign.id) & (Report.last == last)
    return list(db.session.scalars(select(Report).where(mine).order_by(Report.turn.desc())))


def moments(county: str, campaign_id: str, kind: str, last: date) -> dict[str, datetime]:
    """Region → the moment of the report of this edition that is made by itself, or in its place."""
    mine = (Report.county == county) & (Report.campaign_id == campaign_id)
    mine &= (Report.kind == kind) & (Report.last == last) & (Report.turn == 0)
    query = select(Report.region_code, Report.moment).where(mine)
    return {row.region_code: row.moment for row in db.session.execute(query)}
