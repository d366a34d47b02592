"""The lines of the audit log in plain Chinese: who, about whom, where, and what the line keeps beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import ROLES, Person
from doorknock.regions.models import Grid, Region
from doorknock.words import _, joined, lazy

PHONES = {"deliver": lazy("手机先交完没传的"), "off": lazy("手机一起停用")}
WAYS = {"code": lazy("一次性登录码"), "password": lazy("临时密码")}
COUNTED = {
    "rows": lazy("%(count)s 行"), "places": lazy("%(count)s 户"), "added": lazy("新增 %(count)s 户"),
    "changed": lazy("改了 %(count)s 户"), "visits": lazy("走访 %(count)s 次"),
    "commitments": lazy("承诺书 %(count)s 份"), "events": lazy("%(count)s 条记录"), "lines": lazy("%(count)s 条记录"),
}  # fmt: skip
"""Counts that a line may keep → how they are said."""


@dataclass(frozen=True)
class Told:
    """One line of the log in words; without names ``who`` and ``about`` are empty."""

    at: datetime
    who: str
    verb: str
    about: str
    where: str
    detail: str


@dataclass(frozen=True)
class _Known:
    people: dict[str, str]
    phones: dict[str, str]
    regions: dict[str, str]
    grids: dict[str, str]


def told(lines: Sequence[AuditLine], *, names: bool) -> list[Told]:
    """The lines in words, with the names of persons or without."""
    known = _known(lines)
    return [_told(line, known, names=names) for line in lines]


def _told(line: AuditLine, known: _Known, *, names: bool) -> Told:
    who = known.people.get(line.person_id or "", _("命令行")) if names else ""
    return Told(
        line.at.astimezone(clock.SHANGHAI), who, line.verb, _about(line, known) if names else "",
        known.regions.get(line.region, "—"), _detail(line.detail, known, names=names),
    )  # fmt: skip


def _about(line: AuditLine, known: _Known) -> str:
    subject = line.subject or ""
    if subject in known.phones:
        return _("%(name)s的手机", name=known.people.get(known.phones[subject], ""))
    return known.people.get(subject, "")


def _detail(kept: dict[str, Any], known: _Known, *, names: bool) -> str:
    parts = [
        *_one_of(kept.get("role"), ROLES), *_one_of(kept.get("phones"), PHONES), *_one_of(kept.get("way"), WAYS),
        *_grids(kept.get("grids"), known), *_term(kept, known, names=names),
        *(str(words) % {"count": kept[name]} for name, words in COUNTED.items() if _is_count(kept.get(name))),
    ]  # fmt: skip
    if names and isinstance(kept.get("purpose"), str):
        parts.append(_("用途：%(purpose)s", purpose=kept["purpose"]))
    if kept.get("own"):
        parts.append(_("自己报的自己定"))
    return _("，").join(parts)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(value: object, words: Mapping[str, str]) -> Iterable[str]:
    return [str(words[value])] if isinstance(value, str) and value in words else []


def _grids(codes: object, known: _Known) -> Iterable[str]:
    found = codes if isinstance(codes, list) else []
    return [joined(known.grids.get(code, code) for code in found)] if found else []


def _term(kept: dict[str, Any], known: _Known, *, names: bool) -> Iterable[str]:
    if "stands_for" not in kept:
        return []
    since, until = (clock.parse(kept[name]).astimezone(clock.SHANGHAI) for name in ("since", "until"))
    said = [_("%(since)s 到 %(until)s", since=f"{since:%m-%d %H:%M}", until=f"{until:%m-%d %H:%M}")]
    if names:
        said.append(_("替%(name)s", name=known.people.get(kept["stands_for"], "")))
    return said + ([_("只给代班的人")] if kept.get("alone") else [_("两个人都能用")])


def _known(lines: Sequence[AuditLine]) -> _Known:
    subjects = {line.subject for line in lines if line.subject}
    devices = db.session.execute(select(Device.id, Device.worker_id).where(Device.id.in_(subjects)))
    phones: dict[str, str] = {row.id: row.worker_id for row in devices}
    wanted = {*subjects, *phones.values(), *(line.person_id or "" for line in lines)}
    wanted |= {str(line.detail.get("stands_for", "")) for line in lines}
    people = {p.id: p.name for p in db.session.scalars(select(Person).where(Person.id.in_(wanted))).unique()}
    codes = {line.region for line in lines}
    regions = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(codes)))}
    beats = {c for line in lines if isinstance(line.detail.get("grids"), list) for c in line.detail["grids"]}
    grids = {g.code: g.name for g in db.session.scalars(select(Grid).where(Grid.code.in_(beats)))}
    return _Known(people, phones, regions, grids)
