"""A campaign and the versions of its commitment text."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock
from doorknock.changes import county_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, table_of
from doorknock.errors import Refused
from doorknock.lookup import copies, given, objects
from doorknock.regions.models import Region
from doorknock.words import _

SPACE = uuid.UUID("2f1b7c06-5f0e-5b0e-9d0f-0d0a6b1c3a10")
DEFAULT_TEXT = "不把银行卡、验证码给别人。陌生人说的转账，先问家人和村里。"
MATERIALS = [
    {"key": "door_card", "name": "门卡", "unit": "张"},
    {"key": "leaflet", "name": "宣传单", "unit": "张"},
    {"key": "poster", "name": "宣传画", "unit": "张"},
]
PARTS = {"app": True, "commitment": True, "materials": True, "photos": False, "pin": False}


class Campaign(Base):
    """A round of visits in a region, between two Shanghai days, both included."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("county", "key"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    starts: Mapped[date]
    ends: Mapped[date]
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    materials: Mapped[list[Any]]
    parts: Mapped[dict[str, Any]]

    def runs_on(self, day: date) -> bool:
        """Whether the day lies within the campaign."""
        return self.starts <= day <= self.ends


class CommitmentText(Base):
    """One version of a campaign's commitment; a version's text never changes."""

    __tablename__ = "commitment_text"
    __table_args__ = (
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer, default=1)
    audio: Mapped[str | None] = mapped_column(String(64))
    """The content hash of a recording of the text; it can be replaced, the text can't."""


def campaign_id(county: str, key: str) -> str:
    """The id that follows from county and key, so that a reload after a restore gives the same."""
    return str(uuid.uuid5(SPACE, f"campaign {county} {key}"))


def load(row: dict[str, Any], top: Region) -> bool:
    """Make or change a campaign from a setup file's row; whether anything changed. Refused for a changed text."""
    county = county_of(top.code)
    ident = campaign_id(county, row["key"])
    wanted = {
        "name": row["name"], "region_code": top.code,
        "starts": date.fromisoformat(row["starts"]), "ends": date.fromisoformat(row["ends"]),
    }  # fmt: skip
    if wanted["ends"] < wanted["starts"]:
        raise Refused(_("行动 %(key)s 的结束日期在开始日期前面。", key=row["key"]))
    found = db.session.get(Campaign, (county, ident))
    if found is None:
        found = Campaign(county=county, id=ident, key=row["key"], materials=MATERIALS, parts=PARTS, **wanted)
        db.session.add(found)
        db.session.flush()
        changed = True
    else:
        changed = any(getattr(found, k) != v for k, v in wanted.items())
        for name, value in wanted.items():
            setattr(found, name, value)
    return _load_text(found, row.get("commitment")) or changed


def _load_text(campaign: Campaign, row: dict[str, Any] | None) -> bool:
    texts = versions(campaign)
    if row is None and texts:
        return False
    version, text = (str(row["version"]), row["text"]) if row else ("1", DEFAULT_TEXT)
    same = next((t for t in texts if t.version == version), None)
    if same is not None:
        if same.text != text:
            raise Refused(_("承诺书第 %(version)s 版已经在用，文字不能改。请用新的版本号。", version=version))
        return False
    db.session.add(
        CommitmentText(
            county=campaign.county, campaign_id=campaign.id, version=version, text=text, made_at=clock.now(),
            text_hash=hashlib.sha256(text.encode()).hexdigest(), number=len(texts) + 1,
        )
    )  # fmt: skip
    return True


def versions(campaign: Campaign) -> list[CommitmentText]:
    """All versions of the commitment, the current one last."""
    mine = (CommitmentText.county == campaign.county) & (CommitmentText.campaign_id == campaign.id)
    return list(db.session.scalars(select(CommitmentText).where(mine).order_by(CommitmentText.number)))


_OF_COUNTY = select(Campaign).where(Campaign.county == given("county")).order_by(Campaign.key)


_PLAINLY = select(table_of(Campaign)).where(Campaign.county == given("county")).order_by(Campaign.key)


def of_county(county: str) -> list[Campaign]:
    """All campaigns of a county, in key order."""
    return list(objects(_OF_COUNTY, county=county))


def plainly(county: str) -> list[Campaign]:
    """The same to be looked at only."""
    return copies(Campaign, _PLAINLY, county=county)


def meant(campaigns: list[Campaign], path: str, day: date) -> Campaign | None:
    """The campaign that a visit of this day means where it names none, for a region with this path.

    Where several run, the one made for the smallest region, then the one that began last, then by key.
    """
    codes = path.split("/")
    running = [c for c in campaigns if c.runs_on(day) and c.region_code in codes]
    return max(running, key=lambda c: (codes.index(c.region_code), c.starts, [-ord(x) for x in c.key]), default=None)


def wire_rows(county: str, paths: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """The shared rows (kind, id, data) of the campaigns that concern regions with these paths."""
    rows = []
    for campaign in of_county(county):
        if not any(campaign.region_code in path.split("/") for path in paths):
            continue
        text = versions(campaign)[-1]
        rows.append(("campaign", campaign.id, {
            "key": campaign.key, "name": campaign.name,
            "starts": campaign.starts.isoformat(), "ends": campaign.ends.isoformat(),
            "commitment": {
                "version": text.version, "text": text.text, "text_hash": text.text_hash, "audio": text.audio,
            },
            "materials": campaign.materials, "parts": PARTS | campaign.parts,
        }))  # fmt: skip
    return rows


def wants_pin(county: str, paths: list[str], day: date) -> bool:
    """Whether a campaign that runs on this day, for a region with one of these paths, asks phones for a PIN."""
    codes = {code for path in paths for code in path.split("/")}
    return any(c.parts.get("pin") and c.runs_on(day) and c.region_code in codes for c in of_county(county))
