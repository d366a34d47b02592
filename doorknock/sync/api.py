"""The phone's door: enrolment, sync, blobs. It owns its transactions: the answer leaves after the last commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from sqlalchemy.exc import IntegrityError, OperationalError

from doorknock import asker, clock, web
from doorknock.access import open_to
from doorknock.campaigns import sounds
from doorknock.db import db, one_by_one, set_writing
from doorknock.errors import Problem
from doorknock.fields import clean, storable
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.people.models import Person, check_login, grids_now
from doorknock.places import review
from doorknock.sync import blobs, boxes, delivery, epoch, openapi, pull, push, wire
from doorknock.words import _

api = Blueprint("sync", __name__, url_prefix="/api/v1")
NDJSON = "application/x-ndjson"
TRIES = 4
PATIENCE = 5.0
"""Seconds after which nothing is tried again: a phone hangs up after thirty, and a lock alone may have cost fifteen."""


def register(app: Flask) -> None:
    """Open the door; phones show a token, not a cookie, so no CSRF token is asked."""
    web.csrf.exempt(api)
    app.register_blueprint(api)


def bearer() -> str:
    """The request's token; Problem unknown_token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("unknown_token")
    return token.strip()


@api.post("/devices")
@open_to("phones: guarded by a one-time code, a password, or a token to renew")
def enrol() -> tuple[Response, int]:
    """A new enrolment of this phone: by code, by login, or as the successor of the token's own."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Problem("malformed")
    web.owns_transactions()
    name, version = clean(asked.get("name"), 80), clean(asked.get("app_version"), 40)
    renewed: str | None = None
    if asked.get("renew") is True:
        old = devices.device_of(bearer())
        if old.revoked_at:
            raise Problem("device_revoked")
        person, renewed, name = db.session.get(Person, old.worker_id), old.id, name or old.name
    else:
        person = _who(asked)
    if person is None:
        db.session.commit()  # the counted try stays
        raise Problem("login_failed")
    if person.region_code is None:
        raise Problem("forbidden", _("这个账号没有归属的区划，不能登记手机。"))
    device, token = devices.enrol(person, name, version, renewed)
    answer = {
        "device_id": device.id, "token": token, "epoch": epoch.current(),
        "worker": _worker(person), "seal_key": boxes.public(),
        "pin": pull.wants_pin(device.county, grids_now(person.id)),
    }  # fmt: skip
    web.commit()
    return jsonify(answer), 201


def _worker(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "username": person.username, "grids": grids_now(person.id)}


def _who(asked: dict[str, Any]) -> Person | None:
    if not storable(asked):
        raise Problem("malformed")
    code, username, password = (asked.get(name) for name in ("code", "username", "password"))
    try:
        if isinstance(code, str | int) and not isinstance(code, bool):
            return devices.use_code(str(code), asker.address())
        if isinstance(username, str) and isinstance(password, str):
            return _by_password(username, password)
    except Problem:
        db.session.rollback()
        raise
    raise Problem("malformed")


def _by_password(username: str, password: str) -> Person | None:
    person = check_login(username, password)
    if person and (person.must_change or person.totp_secret):
        raise Problem("forbidden", _("这个账号不能只凭密码登记手机，请用登记码。"))
    return person


@api.get("/devices/me")
@open_to("phones: guarded by the token")
def me() -> Response:
    """What the server knows of this enrolment."""
    device = devices.device_of(bearer())
    person = db.session.get(Person, device.worker_id)
    if person is None:
        raise Problem("unknown_token")
    return jsonify(
        device_id=device.id, name=device.name, worker=_worker(person), epoch=epoch.known(), held=device.held,
        revoked=device.revoked_at is not None, created_at=clock.text_of(device.created_at),
    )  # fmt: skip


@api.post("/sync")
@open_to("phones: guarded by the token")
def sync() -> Response:
    """One round: take events in, answer with what is held and with the rows after the cursor."""
    web.owns_transactions()
    token = bearer()
    devices.certify(token)
    body = request.get_data(cache=False)
    with one_by_one():
        data = wire.decode(
            body, request.content_length, request.headers.get("Content-Encoding", ""),
            request.headers.get("Content-Digest"),
        )  # fmt: skip
        asked = wire.parse(data)
        lines = push.read(asked.lines)
        return _patiently(lambda singly: _round(token, asked, lines, singly=singly))


@api.post("/sealed")
@open_to("phones: guarded by the token within each box")
def hand_in() -> Response:
    """Events in boxes for this server alone, from a phone that is locked; a sealed receipt for each enrolment."""
    web.owns_transactions()
    data = wire.decode(
        request.get_data(cache=False), request.content_length, request.headers.get("Content-Encoding", ""),
        request.headers.get("Content-Digest"),
    )  # fmt: skip
    asked = delivery.read(data)
    return _patiently(lambda singly: _handed_in(asked, singly=singly))


def _handed_in(asked: delivery.Request, *, singly: bool) -> Response:
    life = epoch.current()
    receipts, newest = delivery.take(asked, life, singly=singly)
    web.commit()
    if newest:
        epoch.advance(life, newest)
    return jsonify(receipts=receipts)


def _patiently(work: Callable[[bool], Response]) -> Response:
    """What ``work`` answers, tried again where the database was in trouble; line by line after a fault of our own.

    A phone that hears of trouble says the same again, for ever: a line that breaks a rule of the database every time is
    our fault as well, and must not keep back what stands behind it.
    """
    ends = time.monotonic() + PATIENCE
    singly = False
    for left in reversed(range(TRIES)):
        try:
            return work(singly)
        except push.UnforeseenError:
            web.rollback()
            singly = True
            if not left:
                raise Problem("server_fault") from None
        except IntegrityError:
            web.rollback()  # another phone was quicker with the same fact
            singly = left < TRIES - 1
            if not left:
                raise Problem("busy", headers={"Retry-After": "5"}) from None
        except OperationalError as error:
            web.rollback()  # a deadlock, a lock that was held too long, a database that went away or is full
            if not left or time.monotonic() > ends:
                raise web.trouble(error) from None
    raise AssertionError


def _round(token: str, asked: wire.Request, lines: list[push.Read], *, singly: bool) -> Response:
    set_writing(True)
    device = devices.device_of(token, lock=True)
    if not devices.still_taken(device):
        raise Problem("device_revoked")
    life = epoch.current()
    skew = clock.now() - asked.sent_at if asked.sent_at else timedelta()
    if review.due(device.county):
        review.wake(device.county, clock.today())
    newest = push.take(device, lines, skew, singly=singly)
    _note_contact(device, asked, skew)
    county, ident = device.county, device.id
    web.commit()
    if newest:
        epoch.advance(life, newest)
    set_writing(False)  # the answer is only read: on SQLite the next phone need not wait for it
    return _answer(token, devices.as_committed(county, ident), asked, life)


def _note_contact(device: Device, asked: wire.Request, skew: timedelta) -> None:
    """What the office is told of this phone: when it was in touch, and what is still in it after this batch."""
    head = asked.head
    pending = max(0, (head.get("pending") or 0) - len(asked.lines))
    storage = head.get("storage")
    devices.note(
        device, last_contact=clock.now(), skew_ms=int(skew.total_seconds() * 1000), pending=pending,
        oldest=clock.parse(head["oldest"]) if head.get("oldest") and pending else None,
        app_version=clean(head.get("app_version"), 40) or device.app_version,
        storage=storage if storage and storable(storage) and len(storage) < 20 else device.storage,
    )  # fmt: skip


def _answer(token: str, device: Device, asked: wire.Request, life: str) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = pull.Answer(token, packed=packed)
    scope = grids_now(device.worker_id)
    said = pull.head(device, life, scope, asked.bad)
    cursor = asked.head.get("cursor")
    off = device.revoked_at is not None
    if off:
        file = pull.revoked(answer, said, cursor, wipe=device.pending == 0)
    else:
        file = pull.rows(answer, said, device, cursor, asked.head.get("limit"))
    db.session.rollback()  # reading is over; nothing is pinned while the phone drains the answer
    response = Response(file, status=403 if off else 200, mimetype=NDJSON, direct_passthrough=False)
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@api.put("/blobs/<sha>")
@open_to("phones: guarded by the token")
def put_blob(sha: str) -> tuple[str, int]:
    """Take one photo or drawing, by its content hash."""
    device = devices.device_of(bearer())
    if (request.content_length or 0) > blobs.MOST:
        raise Problem("too_large")
    blobs.store(device, sha, request.get_data(cache=False))
    return "", 204


@api.get("/blobs/<sha>")
@open_to("phones: guarded by the token")
def get_blob(sha: str) -> Response:
    """A recording that phones play; of what phones themselves sent nothing is given out here."""
    device = devices.device_of(bearer())
    data = None if device.revoked_at else sounds.heard(device.county, sha)
    if data is None:
        raise Problem("not_found")
    return Response(data, mimetype=sounds.kind_of(data))


@api.get("/openapi.json")
@open_to("anyone: the API's description")
def describe() -> Response:
    """The OpenAPI document."""
    response = jsonify(openapi.document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
