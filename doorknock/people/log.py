"""The audit log on a page: who did what in one's own region, newest first; only ever read, never changed."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from sqlalchemy import ColumnElement, Select, or_, select, true
from werkzeug.datastructures import MultiDict

from doorknock import audit as book
from doorknock import clock
from doorknock.access import may, needs
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import log_words
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.people.reach import colleagues
from doorknock.regions.models import Region
from doorknock.words import _, lazy

PAGE = 50
DEEDS = {
    "people.add": lazy("建了管理员"), "people.set": lazy("设置了人员"), "devices.code": lazy("发了手机登记码"),
    "devices.revoke": lazy("停用了手机"), "grids.assign": lazy("分了网格"), "roster.import": lazy("导入了户表"),
    "review.accept": lazy("审核同意"), "review.reject": lazy("审核不同意"), "review.undo": lazy("撤回了审核"),
    "review.ask": lazy("审核时问了一下"), "review.later": lazy("审核时先放着"),
    "review.resume": lazy("把先放着的拿回来审"), "staff_void": lazy("作废了一次走访"),
    "ask": lazy("请网格员说明"), "campaign.change": lazy("改了行动"), "text.new": lazy("写了新的一版承诺书"),
    "text.sound": lazy("传了承诺书的录音"), "text.sound_off": lazy("拿掉了承诺书的录音"),
    "staff_move": lazy("把一次走访移到另一户"), "quarantine.accept": lazy("收下了一条待看的记录"),
    "quarantine.reject": lazy("定了不收一条待看的记录"), "phonefile.take": lazy("导入了手机文件"),
    "people.make": lazy("建了账号"), "people.edit": lazy("改了账号"), "people.off": lazy("停用了人员"),
    "restore": lazy("恢复了备份"), "people.on": lazy("恢复了人员"), "people.password": lazy("给了临时密码"),
    "people.totp": lazy("取消了别人的验证码登录"),
    "grids.hand": lazy("交了网格"), "grids.taken": lazy("收回了网格"), "grids.stand_in": lazy("排了代班"),
    "grids.stand_in_end": lazy("提前结束了代班"), "me.password": lazy("改了自己的密码"),
    "me.totp": lazy("设了自己的验证码登录"), "me.codes": lazy("换了自己的备用码"),
    "me.sessions": lazy("退出了自己别处的登录"), "audit.export": lazy("导出了记录"),
    "paper": lazy("代录了纸质记录"), "export.print": lazy("打印了户名单"), "roster.edit": lazy("改了户表"),
    "roster.move": lazy("把户移了组"), "commitment.withdraw": lazy("替住户撤回了承诺书"),
    "door_close": lazy("记下住户说不用再来"), "door_reopen": lazy("住户本人取消了不用再来"),
    "household.show": lazy("给住户看了记录"), "household.erase": lazy("应住户要求删掉了一户"),
    "privacy.sweep": lazy("清理了到期的资料"), "export.visits": lazy("导出了走访台账"),
    "export.roster": lazy("导出了户表"), "export.commitments": lazy("导出了承诺书台账"),
    "export.activities": lazy("导出了活动台账"), "export.postings": lazy("导出了张贴台账"),
    "export.corrections": lazy("导出了更正台账"), "export.coverage": lazy("导出了覆盖合计"),
    "export.map": lazy("导出了地图数据"), "token.make": lazy("发了取数口令"), "token.revoke": lazy("停用了取数口令"),
    "token.coverage": lazy("用取数口令取了覆盖合计"), "token.visits": lazy("用取数口令取了走访"),
    "activity.tell": lazy("记了一次活动"),
    "posting.tell": lazy("记了一次张贴"), "activity.void": lazy("作废了一次活动"),
    "posting.void": lazy("作废了一次张贴"), "tasks.give": lazy("给村里一项任务"), "tasks.change": lazy("改了一项任务"),
    "tasks.end": lazy("提前结束了一项任务"),
    "phase.new": lazy("定了一个阶段"), "phase.change": lazy("改了阶段"), "phase.drop": lazy("去掉了一个阶段"),
    "targets.change": lazy("定了办结率目标"), "plan.change": lazy("改了哪天没有安排"),
    "report.make": lazy("定稿了一份报告"), "report.correct": lazy("更正了一份报告"),
    "report.form": lazy("传了报告用的表"), "report.form_off": lazy("拿掉了报告用的表"),
}  # fmt: skip
"""Verb → what the log says. A verb without words is shown as it is."""
OUT = "out"
WENT_OUT = (
    "export.print", "audit.export", "household.show", "household.erase", "phonefile.take", "export.visits",
    "export.roster", "export.commitments", "export.activities", "export.postings", "export.corrections",
    "export.coverage", "export.map", "token.make", "token.coverage", "token.visits",
)  # fmt: skip
"""Asked for together: what left on paper or in a file, what a household was shown, and what it had erased."""
MOST_ROWS = 20_000
"""Lines of one file; who needs more asks for a shorter time."""
door = Blueprint("log", __name__, url_prefix="/office/audit")


@dataclass(frozen=True)
class Asked:
    """Which lines are asked for: by whom, which deed, from which day to which, about whom."""

    who: str = ""
    what: str = ""
    first: date | None = None
    last: date | None = None
    about: str = ""

    def kept(self) -> dict[str, str]:
        """As the address keeps it."""
        told = {"who": self.who, "what": self.what, "first": self.first, "last": self.last, "about": self.about}
        return {name: str(value) for name, value in told.items() if value}


@door.get("")
@needs("audit")
def audit() -> str:
    """The lines of one's own region and below; for the police only their own; for admins without names."""
    page, asked = max(1, request.args.get("page", 1, type=int)), _asked(request.args)
    found = db.session.scalars(_lines(asked).limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    names = may(g.person, "audit.names")
    return render_template(
        "people/audit.html", lines=log_words.told(found[:PAGE], names=names), deeds=DEEDS, page=page, asked=asked,
        more=len(found) > PAGE, people=_people() if names else [],
        link=lambda number: f"/office/audit?{urlencode({**asked.kept(), 'page': number})}",
    )  # fmt: skip


@door.post("/csv")
@needs("audit")
def export() -> Response:
    """What is seen as a file, for a purpose that is written down here as well."""
    asked, purpose = _asked(request.form), " ".join(request.form.get("purpose", "").split())
    if not 2 <= len(purpose) <= 60:
        raise Refused(_("请写明用途，2 到 60 个字。"))
    names = may(g.person, "audit.names")
    found = db.session.scalars(_lines(asked).limit(MOST_ROWS)).all()
    text = _csv(log_words.told(found, names=names), names=names)
    region = g.person.region_code or "000000"
    book.record("audit.export", region, by=g.person.id, purpose=purpose, rows=len(found))
    response = Response("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="jilu-{clock.today():%Y%m%d}.csv"'
    return response


def _csv(lines: list[log_words.Told], *, names: bool) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    head = [_("时间"), _("谁"), _("做了什么"), _("关于谁"), _("哪里"), _("细节")]
    rows.writerow(head if names else [head[0], *head[2:3], *head[4:]])
    for each in lines:
        row = [f"{each.at:%Y-%m-%d %H:%M:%S}", each.who, deed_words(each.verb), each.about, each.where, each.detail]
        rows.writerow([_plain(cell) for cell in (row if names else [row[0], row[2], *row[4:]])])
    return file.getvalue()


def deed_words(verb: str) -> str:
    """What the log says of a verb."""
    return str(DEEDS.get(verb, verb))


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    first = unicodedata.normalize("NFKC", cell[:1])  # full-width signs are formulas to some programs too
    return f"'{cell}" if first and first in "=+-@\t\r" else cell


def _asked(form: MultiDict[str, str]) -> Asked:
    days = [_day(form.get(name, "")) for name in ("first", "last")]
    what = form.get("what", "")
    named = may(g.person, "audit.names")
    who, about = (form.get(name, "")[:36] if named else "" for name in ("who", "about"))
    return Asked(who, what if what in (*DEEDS, OUT) else "", days[0], days[1], about)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(asked: Asked) -> Select[AuditLine]:
    query = select(AuditLine).where(_reached()).order_by(AuditLine.at.desc(), AuditLine.id.desc())
    if asked.who:
        query = query.where(AuditLine.person_id == asked.who)
    if asked.what:
        query = query.where(AuditLine.verb.in_(WENT_OUT) if asked.what == OUT else AuditLine.verb == asked.what)
    if asked.first:
        query = query.where(AuditLine.at >= clock.start_of(asked.first))
    if asked.last:
        query = query.where(AuditLine.at < clock.start_of(asked.last + timedelta(days=1)))
    if asked.about:
        phones = select(Device.id).where(Device.worker_id == asked.about)
        query = query.where(or_(AuditLine.subject == asked.about, AuditLine.subject.in_(phones)))
    return query


def _reached() -> ColumnElement[bool]:
    home: Region | None = g.person.home
    mine: ColumnElement[bool] = true()
    if home is not None:
        below = select(Region.code).where(Region.path.startswith(home.path + "/", autoescape=True))
        mine = or_(AuditLine.region == home.code, AuditLine.region.in_(below))
    return mine if may(g.person, "audit.all") else mine & (AuditLine.person_id == g.person.id)


def _people() -> list[Person]:
    """Whom one may ask for: those whose lines one can see. The police see only their own."""
    if not may(g.person, "audit.all"):
        return [g.person]
    return list(db.session.scalars(colleagues(g.person.home).order_by(Person.region_code, Person.username)).unique())
