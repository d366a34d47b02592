"""What the addresses of doors_table are filled with: 禾丰村 with one door, one visit with a photo, and one phone."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from doorknock import clock, shelf, web
from doorknock.campaigns import sounds
from doorknock.campaigns.models import CommitmentText, campaign_id
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.regions.models import region
from doorknock.tasks import giving
from tests import village
from tests.doors_table import ROWS, Door
from tests.wire.lines import rfc3339

PLACE = "01900000-0000-7000-8000-000000000001"
CAMPAIGN = campaign_id(village.COUNTY[:6], "autumn")
OF_ROLE = {"village": "wang", "town": "zhang", "police": "han", "county": "xu", "admin": "admin"}
"""Somebody of each role who works in the office."""


def stand(app: Flask) -> dict[str, str]:
    """Founds all that; the answer is the name of each thing in braces."""
    village.found(app)
    phone = village.phone(app, "liufang")
    phone.event("place_new", {"place_id": PLACE, "grid": village.GRID_ONE, "group": village.GROUP})
    at = rfc3339(phone.now())
    with app.app_context():
        photo = shelf.put(b"\xff\xd8\xff\xe0 a photo")
        recording = sounds.keep(b"OggS a recording")
        text = db.session.get_one(CommitmentText, (village.COUNTY[:6], CAMPAIGN, "1"))
        text.audio = recording
        web.commit()
    visit = phone.event("visit", {"place_id": PLACE, "outcome": "met_covered", "visited_at": at, "photos": [photo]})
    activity = phone.event("activity", {"kind": "meeting", "grid": village.GRID_ONE, "people": 12}, at)
    phone.sync()
    with app.app_context():
        asked = {"kind": "talk", "name": "每周一场宣讲", "every": "week", "weekday": "1", "target": "1"}
        days = {"starts": clock.today().isoformat(), "ends": (clock.today() + timedelta(days=20)).isoformat()}
        task = giving.give(region(village.TOWN), asked | days, by=_town())
        web.commit()
        worker = by_username("liufang")
        assert worker is not None
        return {
            "village": village.VILLAGE, "place": PLACE, "visit": visit.id, "worker": worker.id,
            "phone": phone.device_id, "campaign": CAMPAIGN, "photo": photo, "token": phone.token,
            "activity": activity.id, "task": task.id,
            "no": "01900000-0000-7000-8000-0000000000ff",
        }  # fmt: skip


def _town() -> str:
    found = by_username(OF_ROLE["town"])
    assert found is not None
    return found.id


def somebody_for(door: Door) -> str:
    """The login name of somebody of 青禾镇 whom this door lets in; "" where it asks for nobody."""
    if door.row is None:
        return ""
    roles = [role for role in ("town", "village", "police", "county", "admin") if role in ROWS[door.row].split()]
    return OF_ROLE[roles[0]]


def asked(door: Door, names: dict[str, str]) -> tuple[str, str]:
    """The method and the address of a door, filled in."""
    method, path = door.asks.split(" ")
    return method, path.format(**names)
