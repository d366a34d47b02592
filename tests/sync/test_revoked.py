"""A phone of 禾丰村 that is switched off: a sealed answer, its events held without effect, nothing revives it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from doorknock import clock, web
from doorknock.db import db
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.people.models import Person
from tests.hefeng import Hefeng
from tests.wire.answer import sealed
from tests.wire.client import Phone
from tests.wire.lines import Event, Json


def switch_off(village: Hefeng, phone: Phone) -> None:
    """As the office does it."""
    with village.app.app_context():
        devices.revoke(db.session.scalars(select(Device).where(Device.id == phone.device_id)).one())
        web.commit()
        db.session.remove()


def answered(phone: Phone, lines: list[Event], pending: int) -> Json:
    """The head of a refused round, once its seal was checked; it brings no row."""
    raw = phone.post_lines([event.line for event in lines], pending=pending)
    assert raw.status == 403
    answer = sealed(raw, phone.token)
    assert (answer.rows, answer.head["scope"], answer.head["revoked"]) == ([], [], True)
    head: Json = answer.head
    return head


def test_an_unknown_token_is_refused_before_anything_is_read(village: Hefeng) -> None:
    answer = village.app.test_client().post("/api/v1/sync", data=b"x", headers={"Authorization": "Bearer x.y"})
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "unknown_token")


def test_a_revoked_phones_events_are_held_without_effect_and_the_answer_is_sealed(village: Hefeng) -> None:
    phone = village.phone("wang")
    switch_off(village, phone)
    village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1002", "met_covered", 2)
    waiting = phone.waiting()
    first = answered(phone, waiting[:1], pending=2)
    assert first["held"] == [[1, 1]]
    assert "wipe" not in first  # one is still in the phone
    last = answered(phone, waiting[1:], pending=1)
    assert (last["wipe"], last["held"]) == (True, [[1, 2]])
    assert [a["code"] for a in last["attention"]] == ["revoked", "revoked"]
    assert village.figures()["visits"] == 0


def test_after_thirty_days_nothing_is_taken_any_more(village: Hefeng) -> None:
    phone = village.phone("wang")
    switch_off(village, phone)
    with clock.pinned(clock.now() + timedelta(days=31)):
        answer = phone.post_lines([])
    assert (answer.status, answer.json()["code"]) == (403, "device_revoked")


def test_no_restored_row_revives_a_revoked_phone(village: Hefeng) -> None:
    phone = village.phone("wang")
    switch_off(village, phone)
    with village.app.app_context():
        device = db.session.scalars(select(Device).where(Device.id == phone.device_id)).one()
        device.revoked_at = None  # what an older copy of the database says
        web.commit()
        db.session.remove()
    assert answered(phone, [], pending=0)["wipe"]


def test_a_valid_token_whose_row_is_gone_is_taken_up_as_recovered(village: Hefeng) -> None:
    phone = village.phone("wang")
    with village.app.app_context():
        db.session.execute(delete(Device).where(Device.id == phone.device_id))
        web.commit()
        db.session.remove()
    village.visit(phone, "1001", "met_covered", 1)
    assert phone.sync().head["held"] == [[1, 1]]
    with village.app.app_context():
        assert db.session.scalars(select(Device.recovered).where(Device.id == phone.device_id)).one()
    assert village.figures()["covered"] == 1


def test_the_phone_of_somebody_who_left_is_revoked(village: Hefeng) -> None:
    phone = village.phone("wang")
    with village.app.app_context():
        db.session.scalars(select(Person).where(Person.username == "wang")).one().active = False
        web.commit()
        db.session.remove()
    assert answered(phone, [], pending=0)["wipe"]
