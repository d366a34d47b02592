"""What an office publishes beside the catalogue: texts with versions, recordings, the week's three, and its name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.db import BY_COUNTY, REFERENCE, Base, Code, County, Id, new_id
from doorknock.words import lazy

OWN, NOTICE = "own", "notice"
"""Kinds beside the catalogue's: a text of the office's own, and an urgent local notice."""
DRAFT, ASKED, PUBLISHED, REFUSED, REVOKED = "draft", "asked", "published", "refused", "revoked"
STATES = {
    DRAFT: lazy("草稿"), ASKED: lazy("等派出所看"), PUBLISHED: lazy("已发布"), REFUSED: lazy("没通过"), REVOKED: lazy("已撤回"),
}  # fmt: skip


class _Judged:
    """What both have that a police station approves: who asked for it, who decided, and what became of it."""

    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was refused or revoked."""


class MaterialVersion(_Judged, Base):
    """One version of a text in a region and all below it. A published version's words never change.

    A row whose ``said`` is empty only revokes the version that came with the product.
    """

    __tablename__ = "material_version"
    __table_args__ = (Index("ix_material_version_region", "county", "region_code", "state"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    said: Mapped[dict[str, Any]]
    """The fields of a catalogue's file; ``body`` is Markdown, ``picture`` the hash of a picture."""
    html: Mapped[str] = mapped_column(Text, default="")
    """``body`` as it was made harmless when the version was written."""
    starts: Mapped[date]
    expires: Mapped[date | None]
    """The last day."""


class Clip(_Judged, Base):
    """A recording of a material's words in one dialect, with its words as text."""

    __tablename__ = "material_clip"
    __table_args__ = (Index("ix_material_clip_key", "county", "key", "version"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    key: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    dialect: Mapped[str] = mapped_column(String(12))
    sha: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    seconds: Mapped[int]
    transcript: Mapped[str] = mapped_column(Text)
    sample: Mapped[bool] = mapped_column(default=False)
    """Made by a machine, and said so wherever it plays."""


class WeeklyThree(Base):
    """The three kinds of fraud that a station saw most of in a week, as it chose them."""

    __tablename__ = "weekly_three"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    keys: Mapped[list[str]]
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Office(Base):
    """Who stands behind what a region hands out: the name that is printed, the telephone, and when somebody answers it."""

    __tablename__ = "office"
    __table_args__ = ({"info": REFERENCE},)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    hours: Mapped[str] = mapped_column(String(40))
