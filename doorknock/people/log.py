"""The audit log on a page: who did what in one's own region, newest first."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from sqlalchemy import ColumnElement, or_, select, true

from doorknock.access import may, needs
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.people.models import Person
from doorknock.regions.models import Region
from doorknock.words import lazy

PAGE = 50
DEEDS = {
    "people.add": lazy("建了管理员"), "people.set": lazy("设置了人员"), "devices.code": lazy("发了手机登记码"),
    "devices.revoke": lazy("停用了手机"), "grids.assign": lazy("分了网格"), "roster.import": lazy("导入了户表"),
    "review.accept": lazy("审核同意"), "review.reject": lazy("审核不同意"), "review.undo": lazy("撤回了审核"),
    "review.ask": lazy("审核时问了一下"), "review.later": lazy("审核时先放着"), "staff_void": lazy("作废了一次走访"),
    "ask": lazy("请网格员说明"), "campaign.change": lazy("改了行动"), "text.new": lazy("写了新的一版承诺书"),
    "text.sound": lazy("传了承诺书的录音"), "text.sound_off": lazy("拿掉了承诺书的录音"),
    "staff_move": lazy("把一次走访移到另一户"), "quarantine.accept": lazy("收下了一条待看的记录"),
    "quarantine.reject": lazy("定了不收一条待看的记录"), "phonefile.take": lazy("导入了手机文件"),
}  # fmt: skip
"""Verb → what the log says. A verb without words is shown as it is."""
door = Blueprint("log", __name__, url_prefix="/office/audit")


@door.get("")
@needs("audit")
def audit() -> str:
    """The lines of one's own region and below; for the police only their own; for admins without names."""
    page = max(1, request.args.get("page", 1, type=int))
    query = select(AuditLine).where(_reached()).order_by(AuditLine.at.desc(), AuditLine.id.desc())
    found = db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    lines = found[:PAGE]
    names = _names({line.person_id for line in lines}) if may(g.person, "audit.names") else {}
    codes = sorted({line.region for line in lines})
    places = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(codes)))}
    return render_template(
        "people/audit.html", lines=lines, names=names, places=places, deeds=DEEDS, page=page, more=len(found) > PAGE
    )


def _reached() -> ColumnElement[bool]:
    home: Region | None = g.person.home
    mine: ColumnElement[bool] = true()
    if home is not None:
        below = select(Region.code).where(Region.path.startswith(home.path + "/", autoescape=True))
        mine = or_(AuditLine.region == home.code, AuditLine.region.in_(below))
    return mine if may(g.person, "audit.all") else mine & (AuditLine.person_id == g.person.id)


def _names(ids: set[str | None]) -> dict[str, str]:
    wanted = sorted(i for i in ids if i)
    return {p.id: p.name for p in db.session.scalars(select(Person).where(Person.id.in_(wanted)))}
