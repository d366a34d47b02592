"""A printed run, the code that it owns, how often it was opened on which day; slips that a household holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.db import BY_COUNTY, REFERENCE, Base, Code, County, Id, new_id
from doorknock.words import lazy

FORMS = {
    "card": lazy("门卡"), "poster": lazy("宣传画"), "stickers": lazy("贴纸"), "slips": lazy("告知及承诺书"),
    "large": lazy("大字卡"), "screen": lazy("手机上出示"),
}  # fmt: skip
PER_SHEET = {"card": 4, "poster": 1, "stickers": 24, "slips": 2, "large": 1}


class CodeKey(Base):
    """What codes are made with. It lies with the codes: a server restored elsewhere goes on knowing what was printed."""

    __tablename__ = "code_key"
    __table_args__ = ({"info": REFERENCE},)
    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


class Batch(Base):
    """A run of one material in one form, for a grid or a unit; its code says which run it is, never which household."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("county", "code"),
        Index("ix_batch_code", "code"),
        Index("ix_batch_region", "county", "region_code", "made_at"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    form: Mapped[str] = mapped_column(String(10))
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    grid: Mapped[str | None] = mapped_column(Code)
    quantity: Mapped[int] = mapped_column(Integer)
    issuer: Mapped[str] = mapped_column(String(40))
    """As it was printed."""
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires: Mapped[date]
    """The last day on which its page says that it is in force."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)


class BatchDay(Base):
    """How many devices opened a batch's page for the first time on a Shanghai day; no device is known."""

    __tablename__ = "batch_day"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    batch_id: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[int] = mapped_column(Integer)


class Slip(Base):
    """A code that a household may take along to see what was recorded; made in advance, for a worker or printed.

    Which visit it was spent for, the visit itself says (``receipt_code``).
    """

    __tablename__ = "slip"
    __table_args__ = (
        Index("ix_slip_code", "code"),
        Index("ix_slip_worker", "county", "worker_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    worker_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    batch_id: Mapped[str | None] = mapped_column(Id)
    made_at: Mapped[datetime]
