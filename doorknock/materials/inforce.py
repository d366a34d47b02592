"""What is in force in a region today: the office's own version before the product's, unless a station revoked it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from doorknock.db import db
from doorknock.materials import catalogue
from doorknock.materials.catalogue import Material, Question
from doorknock.materials.models import NOTICE, PUBLISHED, REVOKED, MaterialVersion, Office, WeeklyThree
from doorknock.regions.models import Region


@dataclass(frozen=True)
class InForce:
    """A material as it is to be shown; ``revoked`` says why it no longer is."""

    material: Material
    html: str = ""
    picture: str | None = None
    """The hash of an office's own picture, in place of the drawing."""
    revoked: str | None = None


def in_force(region: Region, today: date) -> dict[str, InForce]:
    """Key → what is shown in the region; notices aside. Revoked keys stay, marked."""
    found = {key: InForce(material) for key, material in catalogue.materials().items()}
    for row in _rows(region):
        if row.kind == NOTICE:
            continue
        if row.state == REVOKED:
            if row.key in found and found[row.key].material.version <= row.version:
                found[row.key] = replace(found[row.key], revoked=row.reason or "")
        elif row.starts <= today and (row.expires is None or today <= row.expires):
            found[row.key] = shown(row)
    return found


def notices(region: Region, today: date) -> list[MaterialVersion]:
    """The urgent local notices that hold in the region today, the newest first."""
    rows = [row for row in _rows(region) if row.kind == NOTICE and row.state == PUBLISHED]
    holding = [row for row in rows if row.starts <= today and row.expires is not None and today <= row.expires]
    return sorted(holding, key=lambda row: (row.starts, row.key), reverse=True)


def shown(row: MaterialVersion) -> InForce:
    """A version of an office as it is shown."""
    said = dict(row.said)
    picture, _body = said.pop("picture", None), said.pop("body", None)
    quiz = tuple(Question(**each) for each in said.pop("quiz", ()))
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return InForce(Material(row.kind, row.key, row.version, quiz=quiz, **fields), row.html, picture)


def hot(region: Region, today: date) -> list[str]:
    """The keys of the week's three as the nearest station chose them, at the most two weeks ago; none otherwise."""
    query = (
        select(WeeklyThree)
        .where(WeeklyThree.county == region.county, WeeklyThree.region_code.in_(region.path.split("/")))
        .order_by(WeeklyThree.monday.desc())
        .limit(20)
    )
    rows = [row for row in db.session.scalars(query) if 0 <= (today - row.monday).days < 14]
    nearest = max(rows, key=lambda row: (row.monday, len(row.region_code.rstrip("0"))), default=None)
    return list(nearest.keys) if nearest else []


def office_of(region: Region) -> Office | None:
    """Who stands behind what the region hands out: its own office, else the nearest one above."""
    rows = db.session.scalars(select(Office).where(Office.region_code.in_(region.path.split("/"))))
    return max(rows, key=lambda row: region.path.index(row.region_code), default=None)


def _rows(region: Region) -> list[MaterialVersion]:
    """Published and revoked versions that cover the region; what is nearer and newer comes later."""
    query = select(MaterialVersion).where(
        MaterialVersion.county == region.county, MaterialVersion.region_code.in_(region.path.split("/")),
        MaterialVersion.state.in_((PUBLISHED, REVOKED)),
    )  # fmt: skip
    return sorted(db.session.scalars(query), key=lambda row: (region.path.index(row.region_code), row.version))
