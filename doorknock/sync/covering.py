"""What a verified backup holds of each enrolment: phones let go of a record only when it does."""

from __future__ import annotations

from sqlalchemy import select

from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.sync import epoch
from doorknock.sync.ranges import Ranges, merged, size

Held = dict[tuple[str, str], Ranges]
AT_ONCE = 200
"""Enrolments in one transaction: phones wait for it no longer than a moment."""


def held() -> Held:
    """The numbers that the journal of this database holds, by enrolment."""
    rows = db.session.execute(select(Device.county, Device.id, Device.held))
    return {(county, ident): ranges for county, ident, ranges in rows if ranges}


def advance(life: str, verified: Held) -> int:
    """These numbers are in a verified backup of this life of the database; how many are so for the first time.

    Commits. After a restore the same number may be another line, so nothing moves in another life.
    """
    if epoch.known() != life:
        return 0
    fresh, keys = 0, sorted(verified)
    for start in range(0, len(keys), AT_ONCE):
        for county, ident in keys[start : start + AT_ONCE]:
            mine = (Device.county == county) & (Device.id == ident)
            device = db.session.scalar(select(Device).where(mine).with_for_update())
            if device is not None:
                fresh += _cover(device, verified[county, ident])
        db.session.commit()
    return fresh


def _cover(device: Device, ranges: Ranges) -> int:
    before = size(device.covered)
    joined = merged([*device.covered, *ranges], [])
    if joined != device.covered:
        device.covered = joined
    return size(joined) - before
