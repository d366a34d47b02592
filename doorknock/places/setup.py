"""Loading a setup file: regions, grids, people, a campaign. It may be run again; what is absent from the file stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy import select

from doorknock import audit, changes
from doorknock.campaigns import models as campaigns
from doorknock.changes import GridHead, county_of
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.people.models import ROLES, Person, assign, by_username
from doorknock.places import moving
from doorknock.places.locks import lock_county
from doorknock.places.models import Place
from doorknock.regions.models import LEVELS, Grid, Region
from doorknock.words import _, lazy

_REGION = validate.Regexp(r"\d{12}(\d{3})?$", error=lazy("编码要 12 位数字（组 15 位）"))
_BEAT = validate.Regexp(r"\d{15}$", error=lazy("网格编码要 15 位数字"))
_NAME = validate.Length(min=1, max=60, error=lazy("名字要 1 到 60 个字"))


class _Part(Schema):
    class Meta:
        unknown = EXCLUDE


class RegionRow(_Part):
    """One region."""

    code = fields.Str(required=True, validate=_REGION)
    name = fields.Str(required=True, validate=_NAME)
    level = fields.Str(required=True, validate=validate.OneOf(LEVELS, error=lazy("级别不认识")))
    parent = fields.Str(allow_none=True, load_default=None)


class GridRow(_Part):
    """One grid and the groups that it holds."""

    code = fields.Str(required=True, validate=_BEAT)
    name = fields.Str(required=True, validate=_NAME)
    village = fields.Str(required=True)
    groups = fields.List(fields.Str(), load_default=list)


class PersonRow(_Part):
    """One person."""

    username = fields.Str(required=True, validate=_NAME)
    password = fields.Str(allow_none=True, load_default=None)
    name = fields.Str(required=True, validate=_NAME)
    role = fields.Str(required=True, validate=validate.OneOf(tuple(ROLES), error=lazy("岗位不认识")))
    region = fields.Str(allow_none=True, load_default=None)
    grids = fields.List(fields.Str(), load_default=list)


class TextRow(_Part):
    """One version of the commitment's text."""

    version = fields.Raw(required=True)
    text = fields.Str(required=True, validate=validate.Length(min=1, max=2000))


class CampaignRow(_Part):
    """The campaign."""

    key = fields.Str(required=True, validate=validate.Length(min=1, max=40))
    name = fields.Str(required=True, validate=_NAME)
    starts = fields.Str(required=True, validate=validate.Regexp(r"\d{4}-\d\d-\d\d$", error=lazy("日期写成 2026-11-01")))
    ends = fields.Str(required=True, validate=validate.Regexp(r"\d{4}-\d\d-\d\d$", error=lazy("日期写成 2026-11-30")))
    region = fields.Str(required=True)
    commitment = fields.Nested(TextRow, allow_none=True, load_default=None)


class SetupFile(_Part):
    """The whole file; every part may be left out."""

    regions = fields.List(fields.Nested(RegionRow), load_default=list)
    grids = fields.List(fields.Nested(GridRow), load_default=list)
    people = fields.List(fields.Nested(PersonRow), load_default=list)
    campaign = fields.Nested(CampaignRow, allow_none=True, load_default=None)


def read(path: Path) -> dict[str, Any]:
    """The file's content by its schema; Refused with every fault it has."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        return dict(SetupFile().load(found))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refused(_("%(name)s 读不出来，要 UTF-8 的 JSON 文件。", name=path.name)) from error
    except ValidationError as error:
        raise Refused(*_faults(error.messages)) from error


def _faults(messages: Any, where: str = "") -> list[str]:
    if isinstance(messages, Mapping):
        return [fault for key, below in messages.items() for fault in _faults(below, f"{where}/{key}")]
    return [f"{where or '/'}:{said}" for said in messages]


def load(content: dict[str, Any]) -> dict[str, int]:
    """Bring the database up to the file; how many of each part were read. Refused leaves nothing half-done."""
    counties = {county_of(row["code"]) for row in [*content["regions"], *content["grids"]]}
    for row in sorted(content["regions"], key=lambda r: LEVELS.index(r["level"])):
        _region(row)
    db.session.flush()
    for row in content["grids"]:
        _grid(row)
    db.session.flush()
    _move_places(counties)
    for row in content["people"]:
        _person(row)
    known: set[str] = set()
    if campaign := content["campaign"]:
        counties.add(county_of(campaign["region"]))
        known = {_campaign(campaign), "campaign"}
    for county in sorted(counties):
        changes.shared_changed(county)
        changes.announce(county, known)
    return {part: len(content[part]) for part in ("regions", "grids", "people")} | {"campaigns": int(bool(campaign))}


def _region(row: dict[str, Any]) -> None:
    code, level, parent_code = row["code"], row["level"], row["parent"]
    parent = db.session.get(Region, parent_code) if parent_code else None
    if parent_code and parent is None:
        raise Refused(
            _("区划 %(code)s 的上级 %(parent_code)s 不在文件里，也没有导入过。", code=code, parent_code=parent_code)
        )
    if (len(code) == 15) != (level == "group"):
        raise Refused(_("区划 %(code)s:组的编码 15 位，其他 12 位。", code=code))
    if parent and LEVELS.index(parent.level) >= LEVELS.index(level):
        raise Refused(_("区划 %(code)s 的上级 %(parent_code)s 级别不对。", code=code, parent_code=parent_code))
    if level == "group" and (parent is None or parent.level != "village" or not code.startswith(parent.code)):
        raise Refused(_("组 %(code)s 的编码要在它的村编码后面加 3 位。", code=code))
    path = f"{parent.path}/{code}" if parent else code
    found = db.session.get(Region, code)
    if found is None:
        db.session.add(Region(code=code, name=row["name"], level=level, parent_code=parent_code, path=path))
        db.session.flush()
        return
    if (found.level, found.parent_code) != (level, parent_code):
        raise Refused(_("区划 %(code)s 已经有了，级别或上级和文件里不一样。请先核对。", code=code))
    found.name = row["name"]


def _grid(row: dict[str, Any]) -> None:
    village = db.session.get(Region, row["village"])
    if village is None or village.level != "village" or not row["code"].startswith(village.code):
        raise Refused(_("网格 %(code)s 的编码要在它的村编码后面加 3 位，村要先有。", code=row["code"]))
    found = db.session.get(Grid, (county_of(row["code"]), row["code"]))
    if found is None:
        db.session.add(
            Grid(county=county_of(row["code"]), code=row["code"], name=row["name"], village_code=village.code)
        )
        db.session.add(GridHead(county=county_of(row["code"]), grid=row["code"], seq=0))
    else:
        found.name = row["name"]
    for code in row["groups"]:
        group = db.session.get(Region, code)
        if group is None or group.level != "group" or group.parent_code != village.code:
            raise Refused(_("网格 %(grid)s 里的组 %(group)s 不在这个村。", grid=row["code"], group=code))
        group.grid_code = row["code"]


def _move_places(counties: set[str]) -> None:
    """Places follow their group into its grid: an act of the office in both grids."""
    for county in sorted(counties):
        lock_county(county)
        groups = select(Region).where(Region.code.startswith(county), Region.grid_code.is_not(None))
        belongs = {group.code: group.grid_code or "" for group in db.session.scalars(groups)}
        here = (Place.county == county) & Place.group_code.in_(sorted(belongs))
        movers = [p for p in db.session.scalars(select(Place).where(here)) if belongs[p.group_code or ""] != p.grid]
        moving.carry_out([(place, place.group_code, belongs[place.group_code or ""]) for place in movers], by=None)


def _person(row: dict[str, Any]) -> None:
    home = db.session.get(Region, row["region"]) if row["region"] else None
    if home is None and (row["region"] or row["role"] != "admin"):
        raise Refused(_("%(username)s 的区划 %(region)s 还没有。", username=row["username"], region=row["region"]))
    for code in row["grids"]:
        grid = db.session.get(Grid, (county_of(code), code))
        if grid is None or home is None or county_of(code) != home.county:
            raise Refused(
                _("%(username)s 的网格 %(code)s 没有，或者不在他的县里。", username=row["username"], code=code)
            )
    person = by_username(row["username"])
    first = person is None
    if person is None:
        if not row["password"]:
            raise Refused(_("%(username)s 是新的，要给密码。", username=row["username"]))
        person = Person(id=new_id(), username=row["username"], password_hash="", active=True)
        db.session.add(person)
    person.name, person.role = row["name"], row["role"]
    person.region_code, person.home = (home.code, home) if home else (None, None)
    if row["password"]:
        person.set_password(row["password"])
    db.session.flush()
    assign(person, row["grids"], first=first)
    audit.record("people.set", home.code if home else "000000", subject=person.id, role=person.role)


def _campaign(row: dict[str, Any]) -> str:
    top = db.session.get(Region, row["region"])
    if top is None or LEVELS.index(top.level) < LEVELS.index("county"):
        raise Refused(_("行动 %(key)s 要放在县或县以下的区划。", key=row["key"]))
    for day in (row["starts"], row["ends"]):
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise Refused(_("行动 %(key)s 的日期 %(day)s 没有这一天。", key=row["key"], day=day)) from error
    campaigns.load(row, top)
    return campaigns.campaign_id(top.county, row["key"])
