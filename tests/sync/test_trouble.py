"""A database or a disk in trouble, as phones and the office hear of it: what to do, and when to come again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from psycopg.errors import DiskFull, LockNotAvailable
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from doorknock import web
from doorknock.db import db
from tests.hefeng import Hefeng

FULL = OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))


@contextmanager
def failing_commits(app: Flask, error: OperationalError) -> Iterator[None]:
    """Every commit ends in this error, as the last byte of a disk makes it."""

    def fail(_session: object) -> None:
        raise error

    with app.app_context():
        event.listen(db.session, "before_commit", fail)
        try:
            yield
        finally:
            event.remove(db.session, "before_commit", fail)


def test_an_office_page_whose_commit_fails_does_not_look_done(village: Hefeng) -> None:
    client = village.app.test_client()
    form = {"username": "chen", "password": "qinghe-door-chen-1", "next": ""}
    with failing_commits(village.app, FULL):
        answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert "服务器的存储满了" in answer.get_data(as_text=True)
    assert client.post("/login", data=form).status_code == 302


def test_a_batch_that_finds_no_room_is_refused_as_a_whole_and_kept_on_the_phone(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    with failing_commits(village.app, FULL):
        raw = phone.post_lines([phone.events[1].line])
    assert (raw.status, raw.code, raw.headers["retry-after"]) == (507, "disk_full", "60")
    assert phone.sync().held == [[1, 1]]


def test_a_marker_that_finds_no_room_is_no_receipt(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    marker = Path(village.app.config["DATA_DIR"]) / "journal-marker.new"
    marker.symlink_to("/dev/full")
    raw = phone.post_lines([phone.events[1].line])
    marker.unlink()
    assert (raw.status, raw.code, raw.headers["retry-after"]) == (507, "disk_full", "60")
    assert phone.sync().held == [[1, 1]]


@pytest.mark.parametrize(
    ("cause", "code", "seconds"),
    [
        (lambda: DiskFull("no space"), "disk_full", "60"),
        (lambda: sqlite3.OperationalError("database is locked"), "busy", "5"),
        (lambda: LockNotAvailable("canceling statement due to lock timeout"), "busy", "5"),
    ],
)
def test_each_trouble_names_a_time_to_come_again(cause: Callable[[], Exception], code: str, seconds: str) -> None:
    problem = web.trouble(OperationalError("COMMIT", None, cause()))
    assert (problem.code, problem.headers) == (code, {"Retry-After": seconds})
    assert json.dumps(problem.body(), ensure_ascii=False)
