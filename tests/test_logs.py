"""What the program says about itself: lines that can be read by machine, and nobody in them."""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from doorknock import create_app, logs
from doorknock.db import db
from doorknock.places import listing
from tests import village

NAME, PHONE = "王建国", "13900000001"


@pytest.fixture
def talking(settings: dict[str, object]) -> Iterator[Flask]:
    """The application as it talks in earnest."""
    root = logging.getLogger()
    before = root.handlers, root.level
    app = create_app(settings | {"ACCESS_LOG": True, "PROPAGATE_EXCEPTIONS": False})
    logs.listen()
    yield app
    root.handlers = before[0]
    root.setLevel(before[1])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was said since the last look, a JSON text a line."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_answer_is_one_line_without_address_name_or_query(
    talking: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    village.found(talking)
    client = village.log_in(talking, "wang")
    lines(capsys)
    answer = client.get(f"/office/places/{village.VILLAGE}?group=13900000001&secret={NAME}")
    [line] = lines(capsys)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{12}", line["who"])
    told = {name: line[name] for name in ("event", "level", "method", "route", "status", "role")}
    assert told == {
        "event": "answered", "level": "info", "method": "GET", "route": "/office/places/<village>", "status": 200,
        "role": "village",
    }  # fmt: skip
    assert set(line) == set(told) | {"request", "who", "ms", "at"}
    assert line["at"].endswith("Z")


def test_a_person_is_the_same_alias_in_every_line_and_another_elsewhere(
    talking: Flask, settings: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    village.found(talking)
    wang, zhang = village.log_in(talking, "wang"), village.log_in(talking, "zhang")
    lines(capsys)
    for client in (wang, wang, zhang):
        client.get("/office")
    who = [line["who"] for line in lines(capsys)]
    assert who[0] == who[1] != who[2]
    other = create_app(settings | {"ACCESS_LOG": True, "SECRET_KEY": "another key of another server"})
    client = village.log_in(other, "wang")
    lines(capsys)
    client.get("/office")
    assert lines(capsys)[0]["who"] != who[0]


def test_who_came_in_and_who_did_not_is_told_by_alias(talking: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    village.found(talking)
    lines(capsys)
    talking.test_client().post("/login", data={"username": "wang", "password": "guessed"})
    village.log_in(talking, "wang")
    logins = [line for line in lines(capsys) if line["event"] == "login"]
    assert [line["outcome"] for line in logins] == ["wrong", "right"]
    assert logins[0]["who"] == logins[1]["who"]


def test_a_refusal_is_told_by_its_code(talking: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    village.found(talking)
    client = village.log_in(talking, "han")
    lines(capsys)
    client.get(f"/office/places/{village.VILLAGE}")
    talking.test_client().post("/api/v1/sync", data=b"x")
    client.post("/office/audit/csv", headers={"Sec-Fetch-Site": "cross-site"})
    assert [(line["status"], line["code"]) for line in lines(capsys)] == [
        (403, "forbidden"), (401, "unknown_token"), (403, "foreign"),
    ]  # fmt: skip


def test_a_name_that_nobody_allowed_is_left_out_and_so_is_a_value_of_another_shape(
    talking: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    log = structlog.get_logger()
    log.info("import_failed", contact_name=NAME, phone=PHONE, village="990102103201", job=NAME, lines=3)
    log.warning(f"{NAME} 的电话是 {PHONE}", role=NAME, route=f"/x?q={NAME}", status=[200, NAME])
    first, second = lines(capsys)
    assert {name: first[name] for name in first if name not in ("at", "level")} == {
        "event": "import_failed", "village": "990102103201", "lines": 3, "left_out": 3,
    }  # fmt: skip
    assert set(second) == {"at", "level", "left_out"}
    assert second["left_out"] == 4


def test_a_fault_is_told_by_its_kind_and_its_way_and_never_by_what_it_was_about(
    talking: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    village.found(talking)
    client = village.log_in(talking, "wang")

    def falls(*_args: object, **_more: object) -> None:
        who, number = NAME, PHONE
        raise ValueError(f"{who} {number}")

    monkeypatch.setattr(listing, "rows", falls)
    lines(capsys)
    answer = client.get(f"/office/places/{village.VILLAGE}")
    told = capsys.readouterr().err
    assert NAME not in told + answer.text
    assert PHONE not in told + answer.text
    assert "ValueError" not in answer.text
    fault, answered = [json.loads(line) for line in told.splitlines()]
    assert (fault["event"], fault["level"], fault["error"]) == ("unforeseen", "error", "ValueError")
    assert any(step.startswith("doorknock/places/pages.py:") for step in fault["through"])
    assert fault["request"] == answered["request"] == answer.headers["X-Request-Id"]
    assert (answered["status"], answered["code"]) == (500, "server_fault")
    assert f"出错编号 {fault['request']}" in answer.text


def test_a_statement_that_the_database_refuses_is_not_quoted_with_its_rows(talking: Flask) -> None:
    village.found(talking)
    with talking.app_context(), pytest.raises(StatementError) as refused:
        db.session.execute(text("INSERT INTO person (id, name) VALUES (:id, :name)"), {"id": "1", "name": NAME})
    assert NAME not in str(refused.value).partition("DETAIL")[0]


def test_other_libraries_say_their_wording_without_what_they_fill_in(
    talking: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("gunicorn.error").warning("Invalid request from ip=%s: %s", "203.0.113.7", NAME)
    logging.getLogger("elsewhere").error(f"could not read {NAME} {PHONE}")
    talking.logger.error("Exception on %s", f"/office/{NAME}")
    said = [line["said"] for line in lines(capsys)]
    assert said == ["Invalid request from ip=%s: %s", "could not read … …", "Exception on %s"]


@pytest.mark.parametrize("injected", ["a\nb", 'x"}\n{"event": "answered"', "\x1b[31m"])
def test_nobody_writes_lines_of_their_own_into_the_log(
    talking: Flask, capsys: pytest.CaptureFixture[str], injected: str
) -> None:
    structlog.get_logger().info("answered", code=injected, outcome=injected)
    logging.getLogger("elsewhere").error(injected)
    assert [line["event"] for line in lines(capsys)] == ["answered", "library"]


def test_every_error_page_says_its_number_and_every_answer_carries_one(talking: Flask) -> None:
    village.found(talking)
    client: FlaskClient = village.log_in(talking, "han")
    seen = set()
    for path in ("/nowhere", "/office/people", "/office/places/990102103201", "/office/nowhere"):
        for more in ({}, {"HX-Request": "true"}):
            answer = client.get(path, headers=more)
            number = answer.headers["X-Request-Id"]
            assert answer.status_code >= 400
            assert f"出错编号 {number}" in answer.text, path
            seen.add(number)
    assert len(seen) == 8
    assert "出错编号" not in talking.test_client().get("/login").text


class Full:
    """A log on a disk without room."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_line_that_cannot_be_written_keeps_no_answer_back(talking: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    assert talking.test_client().get("/healthz").status_code == 200
