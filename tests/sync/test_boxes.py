"""Boxes: what a locked phone hands in without its token is judged as at the wire, and a receipt says it is held."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from doorknock import clock
from doorknock.sync import boxes
from tests.hefeng import VILLAGE, Hefeng, changed, plain
from tests.sync.test_revoked import switch_off
from tests.wire.boxing import boxed_for
from tests.wire.client import Phone
from tests.wire.lines import content_digest, rfc3339

pytestmark = pytest.mark.db
RECEIPT = "5e" * 32
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def box(village: Hefeng, token: str, line: bytes | None, **other: Any) -> bytes:
    """A box for this village's server."""
    with village.app.app_context():
        return boxed_for(boxes.public(), token, line, receipt=RECEIPT, **other)


def post(client: FlaskClient, *lines: bytes, pending: int = 0) -> TestResponse:
    head = {"protocol": 1, "sent_at": rfc3339(clock.now()), "pending": pending}
    body = b"".join(line + b"\n" for line in (json.dumps(head).encode(), *lines))
    return client.post("/api/v1/sealed", data=body, headers={"Content-Digest": content_digest(body)})


def receipt(answer: TestResponse) -> dict[str, Any]:
    """What the one receipt says, its seal checked."""
    assert answer.status_code == 200, answer.text
    [only] = (answer.json or {})["receipts"]
    assert only["seal"] == hmac.new(RECEIPT.encode(), only["said"].encode(), hashlib.sha256).hexdigest()
    said: dict[str, Any] = json.loads(only["said"])
    return said


def boxed(village: Hefeng, phone: Phone) -> list[bytes]:
    return [box(village, phone.token, event.line) for event in phone.waiting()]


def test_what_is_no_box_of_ours_is_refused(village: Hefeng) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    [line] = [event.line for event in phone.waiting()]
    refused = partial(post, client)
    good = box(village, phone.token, line)
    for bad in (line, b"{}", b"[]", b'{"box": 1}', good.replace(b'"box": "', b'"box": "A'), good[:-40] + b'"}'):
        answer = refused(bad)
        assert (answer.status_code, (answer.json or {})["code"]) == (401, "unknown_token"), bad
    for other in ({"kid": "00000000"}, {"epk": "AAAA"}, {"epk": None}, {"box": ""}):
        assert refused(box(village, phone.token, line, **other)).status_code == 401
    for token in ("", "x.y", phone.token[:-2] + "xx"):
        assert refused(box(village, token, line)).status_code == 401
    assert refused(*[good] * 201).status_code == 413
    assert client.post("/api/v1/sealed", data=b"{}").status_code == 400
    assert client.post("/api/v1/sealed", data=b'{"protocol": 9}\n').status_code == 422
    assert village.figures() == changed()


def test_what_is_handed_in_takes_effect_once_and_the_receipt_says_so(village: Hefeng) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    event = village.visit(phone, "1001", "met_covered", 1)
    lines = boxed(village, phone)
    for _ in range(2):
        said = receipt(post(client, *lines, pending=1))
        assert (said["device_id"], said["held"], said["ids"]) == (phone.device_id, [[1, 1]], [event.id])
        assert "revoked" not in said
        assert (said["epoch"], said["covered"]) == (phone.sync().head["epoch"], [])
    assert village.figures() == changed(**COVERED)
    assert phone.sync().held == [[1, 1]]
    village.stands()


def test_a_knock_holds_nothing_and_is_answered(village: Hefeng) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    said = receipt(post(client, box(village, phone.token, None)))
    assert (said["held"], said["ids"]) == ([], [])


def test_a_box_that_does_not_open_does_not_hold_up_its_neighbours(village: Hefeng) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    village.visit(phone, "1001", "nobody_home", 1)
    village.visit(phone, "1002", "met_covered", 2)
    first, second = boxed(village, phone)
    assert receipt(post(client, first[:-30] + b'"}', second))["held"] == [[2, 2]]
    assert receipt(post(client, first))["held"] == [[1, 2]]
    village.stands()


def test_two_workers_boxes_get_a_receipt_each(village: Hefeng) -> None:
    client, wang, zhao = village.app.test_client(), village.phone("wang"), village.phone("zhao")
    village.visit(wang, "1001", "met_covered", 1)
    answer = post(client, *boxed(village, wang), box(village, zhao.token, None))
    said = [json.loads(each["said"]) for each in (answer.json or {})["receipts"]]
    assert {each["device_id"]: each["held"] for each in said} == {wang.device_id: [[1, 1]], zhao.device_id: []}


def test_a_phone_that_was_switched_off_delivers_for_review_and_then_is_told_to_wipe(village: Hefeng) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    switch_off(village, phone)
    village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1002", "met_covered", 2)
    first, second = boxed(village, phone)
    said = receipt(post(client, first, pending=2))
    assert (said["revoked"], "wipe" in said, said["held"]) == (True, False, [[1, 1]])
    said = receipt(post(client, second, pending=1))
    assert (said["wipe"], said["held"]) == (True, [[1, 2]])
    assert village.figures()["visits"] == 0


def test_long_after_it_was_switched_off_nothing_is_taken_and_it_is_still_told_to_wipe(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, phone = village.app.test_client(), village.phone("wang")
    switch_off(village, phone)
    village.visit(phone, "1001", "met_covered", 1)
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    said = receipt(post(client, *boxed(village, phone), pending=1))
    assert (said["wipe"], said["held"]) == (True, [])


def test_a_file_of_boxes_is_taken_like_a_file_of_lines_and_only_for_its_own_phone(village: Hefeng) -> None:
    wang, zhao = village.phone("wang"), village.phone("zhao")
    village.visit(wang, "1001", "met_covered", 1)
    [line] = [event.line for event in wang.waiting()]
    page, chen = f"/office/phonefile/{VILLAGE}", village.office("chen")
    for phone, told in ((zhao, "收下了 0"), (wang, "收下了 1")):
        head = {"protocol": 1, "device_id": wang.device_id, "worker_id": wang.worker["id"], "events": 1}
        file = json.dumps(head).encode() + b"\n" + box(village, phone.token, line) + b"\n"
        answer = chen.client.post(page, data={"file": (io.BytesIO(file), "doorknock-wang.ndjson")})
        assert told in plain(answer.text)
    assert village.figures() == changed(**COVERED)


def test_enrolment_and_every_round_bring_the_key_and_whether_a_pin_is_wanted(village: Hefeng) -> None:
    phone = village.phone("wang")
    head = phone.sync().head
    with village.app.app_context():
        assert head["seal_key"] == boxes.public()
    raw = phone.door.post_json("/api/v1/devices", {"renew": True}, Authorization=f"Bearer {phone.token}")
    said = json.loads(raw.body)
    assert (said["seal_key"], said["pin"]) == (head["seal_key"], False)
