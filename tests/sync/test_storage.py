"""What a phone says of its storage is kept beside it for the office: how full it is, and that it was emptied."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from doorknock.db import db
from doorknock.people.devices import Device
from tests.hefeng import Hefeng
from tests.wire.client import Phone
from tests.wire.lines import Json

LOST = {"free": 10**9, "persisted": False, "lost": "2026-11-21T17:20:00.000+08:00"}


def kept(village: Hefeng, phone: Phone) -> Json | None:
    with village.app.app_context():
        storage: Json | None = db.session.scalars(select(Device).where(Device.id == phone.device_id)).one().storage
        db.session.remove()
    return storage


def said(phone: Phone, storage: object) -> int:
    return phone.post_lines([], storage=storage).status


@pytest.mark.parametrize("storage", ["lost", [1], 7])
def test_what_is_no_object_is_refused(village: Hefeng, storage: object) -> None:
    phone = village.phone("wang")
    before = kept(village, phone)
    assert said(phone, storage) == 400
    assert kept(village, phone) == before


def test_a_loss_is_kept_as_it_was_told_until_the_phone_tells_otherwise(village: Hefeng) -> None:
    phone = village.phone("wang")
    assert said(phone, LOST) == 200
    assert kept(village, phone) == LOST
    assert phone.post_lines([], storage=None).status == 200
    assert kept(village, phone) == LOST
    assert said(phone, {"free": 5, "persisted": True}) == 200
    assert kept(village, phone) == {"free": 5, "persisted": True}
