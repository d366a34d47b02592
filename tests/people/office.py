"""What the tests of people share: 禾丰村's people by name, their ids, and the verbs in the log."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from doorknock import web
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import by_username
from tests import village
from tests.wire.client import Phone

NEW = "井边老槐树下第二家"
"""A password that nobody guesses."""


def person_id(app: Flask, username: str) -> str:
    """The id behind a login name."""
    with app.app_context():
        found = by_username(username)
        assert found is not None
        return found.id


def deeds(app: Flask) -> list[str]:
    """The verbs of the log that a person did, oldest first."""
    with app.app_context():
        return [line.verb for line in db.session.scalars(select(AuditLine).order_by(AuditLine.id)) if line.person_id]


def set_device(app: Flask, phone: Phone, **columns: object) -> None:
    """What the server knows of a phone, as if the phone had said it."""
    with app.app_context():
        device = db.session.scalars(select(Device).where(Device.id == phone.device_id)).one()
        for name, value in columns.items():
            setattr(device, name, value)
        web.commit()


def log_in(app: Flask, username: str, password: str = village.PASSWORD) -> FlaskClient:
    """A browser in which this person is logged in, wherever the login leads first."""
    client = app.test_client()
    assert client.post("/login", data={"username": username, "password": password}).status_code == 302
    return client


def change(client: FlaskClient, new: str = NEW, old: str = village.PASSWORD, again: str = "") -> tuple[int, str]:
    """The answer to a new password of one's own: status and page."""
    answer = client.post("/office/me/password", data={"password": old, "new": new, "again": again or new})
    return answer.status_code, answer.text
