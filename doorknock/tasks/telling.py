"""What the office writes down about activities and postings: one that was told on paper or by word, and voids.

Both are dated facts (deeds) that a rebuild replays. Nothing is edited in place: a void is a later member of the family.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from doorknock import audit, changes, clock
from doorknock.changes import Deed
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.regions.models import Region, grid, grids_of, groups
from doorknock.tasks.models import (
    ACTIVITY_KINDS,
    LONGEST_WORDS,
    MODELS,
    POSTING_KINDS,
    Activity,
    Posting,
    Told,
    settle,
    with_families,
)
from doorknock.words import _

KINDS = ("tell_activity", "tell_posting", "untell")
NEXT = timedelta(microseconds=1)
LATEST = 366
"""Days after which nothing is written down late any more."""
MOST = 100_000


def activity(village: Region, said: Mapping[str, str], *, by: str) -> Activity:
    """An activity that was held in the village: kind, name, people, handouts, grid ("": the whole village), day.

    Refused, with every reason, where something is missing or cannot be.
    """
    form = _Form(said)
    body = {
        "kind": form.choice("kind", ACTIVITY_KINDS, _("请选是哪一种活动。")), "name": form.words("name", _("名称")),
        "people": form.number("people", _("人数")), "handouts": form.number("handouts", _("发了几份")),
        "grid": form.grid(village),
    }  # fmt: skip
    row = _tell("tell_activity", village, form, body, by)
    assert isinstance(row, Activity)  # noqa: S101  # narrows the type only
    return row


def posting(village: Region, said: Mapping[str, str], *, by: str) -> Posting:
    """What was put up in the village: kind, spot, count, group ("": none), day. Refused as above."""
    form = _Form(said)
    known = {g.code: g for g in groups(village.code)}
    code = said.get("group") or ""
    if code and code not in known:
        form.faults.append(_("这个组不在这个村里。"))
    body = {
        "kind": form.choice("kind", POSTING_KINDS, _("请选贴的是什么。")), "spot": form.words("spot", _("贴在哪里")),
        "count": form.number("count", _("数量"), least=1), "group": code or None,
        "grid": known[code].grid_code if code in known else None,
    }  # fmt: skip
    row = _tell("tell_posting", village, form, body, by)
    assert isinstance(row, Posting)  # noqa: S101  # narrows the type only
    return row


def void(found: Told, *, by: str, reason: str) -> None:
    """It counts nowhere from now on. Refused where it no longer stands, or without a reason."""
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Refused(_("请写一句原因。"))
    changes.lock(_grids(found))
    family = [row for row in with_families(found.county, [found.id]).values() if row.root_id == found.root_id]
    standing = max(family, key=lambda row: (row.at, row.id))
    if standing.void:
        raise Refused(_("这一条已经作废了。"))
    deed = changes.record("untell", {g for row in family for g in _grids(row)}, by, {})
    deed.body = {
        "of": standing.__tablename__, "supersedes": standing.id, "reason": reason,
        "at": max(deed.at, standing.at + NEXT).isoformat(),
    }  # fmt: skip
    replay(deed)
    audit.record(f"{standing.__tablename__}.void", standing.village_code, by=by, subject=standing.id)


def replay(deed: Deed) -> None:
    """Write a recorded fact down (again, in a rebuild)."""
    row = _void_of(deed) if deed.kind == "untell" else _told_of(deed)
    db.session.add(row)
    db.session.flush()
    settle([each for each in with_families(deed.county, [row.id]).values() if each.root_id == row.root_id])


def _tell(kind: str, village: Region, form: _Form, body: dict[str, Any], by: str) -> Told:
    made_at = form.moment()
    if form.faults:
        raise Refused(*form.faults)
    where = [body["grid"]] if body["grid"] else [g.code for g in grids_of([village.code])]
    if not where:
        raise Refused(_("这个村还没有网格。请镇里先分网格。"))
    deed = changes.record(kind, where, by, body | {"village": village.code, "made_at": made_at.isoformat()})
    replay(deed)
    model = MODELS[kind.removeprefix("tell_")]
    audit.record(f"{model.__tablename__}.tell", village.code, by=by, subject=deed.id)
    row: Told = db.session.get_one(model, (deed.county, deed.id))
    return row


def _told_of(deed: Deed) -> Told:
    body, made_at = deed.body, datetime.fromisoformat(deed.body["made_at"])
    common = {
        "county": deed.county, "id": deed.id, "root_id": deed.id, "village_code": body["village"],
        "grid": body["grid"], "kind": body["kind"], "typed_by": deed.by, "source": "office", "at": deed.at,
        "made_at": made_at, "day": clock.day_of(made_at), "photos": [], "seq": deed.seq,
        "taken_at": changes.taken(deed.grid),
    }  # fmt: skip
    if deed.kind == "tell_activity":
        return Activity(**common, name=body["name"], people=body["people"], handouts=body["handouts"])
    return Posting(**common, spot=body["spot"], count=body["count"], group_code=body["group"])


def _void_of(deed: Deed) -> Told:
    old: Told = db.session.get_one(MODELS[deed.body["of"]], (deed.county, deed.body["supersedes"]))
    at = datetime.fromisoformat(deed.body["at"])
    return type(old)(
        county=deed.county, id=deed.id, root_id=old.root_id, supersedes=old.id, void=True, reason=deed.body["reason"],
        village_code=old.village_code, grid=old.grid, kind=old.kind, typed_by=deed.by, source="office", at=at,
        made_at=at, day=clock.day_of(at), taken_at=changes.taken(deed.grid), photos=[], seq=deed.seq,
    )  # fmt: skip


def _grids(row: Told) -> set[str]:
    return {row.grid} if row.grid else {g.code for g in grids_of([row.village_code])}


class _Form:
    """What was typed, read field by field; every fault is said at once."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self.said = said
        self.faults: list[str] = []

    def choice(self, name: str, known: Mapping[str, str], fault: str) -> str:
        found = self.said.get(name, "")
        if found not in known:
            self.faults.append(fault)
        return found

    def words(self, name: str, word: str) -> str | None:
        found = " ".join(self.said.get(name, "").split())
        if len(found) > LONGEST_WORDS:
            self.faults.append(_("%(word)s最多 %(longest)s 个字。", word=word, longest=LONGEST_WORDS))
        return found or None

    def number(self, name: str, word: str, *, least: int = 0) -> int:
        typed = self.said.get(name, "").strip() or "0"
        found = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 6 else -1
        if not least <= found <= MOST:
            self.faults.append(_("%(word)s要填 %(least)s 到 %(most)s 的整数。", word=word, least=least, most=MOST))
        return found

    def grid(self, village: Region) -> str | None:
        code = self.said.get("grid", "")
        found = grid(code) if code else None
        if code and (found is None or found.village_code != village.code):
            self.faults.append(_("这个网格不在这个村里。"))
        return code or None

    def moment(self) -> datetime:
        """Noon of the day that was chosen, or now where that is today."""
        now, today = clock.now(), clock.today()
        try:
            day = date.fromisoformat(self.said.get("day", ""))
        except ValueError:
            self.faults.append(_("请选是哪一天。"))
            return now
        if not today - timedelta(days=LATEST) <= day <= today:
            self.faults.append(_("日期要在一年以内，不能比今天晚。"))
        return now if day == today else datetime.combine(day, time(12), clock.SHANGHAI)
