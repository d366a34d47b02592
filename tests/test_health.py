"""Alive and ready: `doorknock/health.py` documents the exact answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from doorknock import create_app, health
from doorknock.db import db
from tests import databases as made


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"ok": True}


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    told = answer.json or {}
    assert (answer.status_code, told.pop("schema_version").isdigit(), told.pop("disk_free_percent") in range(101)) == (
        200, True, True,
    )  # fmt: skip
    assert told == {
        "ok": True, "database": True, "schema": True, "disk": True, "backup": False, "backup_age_hours": None,
        "epoch": True,
    }  # fmt: skip


def test_a_database_of_another_schema_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, (answer.json or {})["schema"]) == (503, False)


def test_a_full_disk_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 100)
    answer = client.get("/readyz")
    assert (answer.status_code, (answer.json or {})["disk"]) == (503, False)


def test_no_database_is_said_and_not_crashed_upon(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
    answer = create_app(made.settings(url, tmp_path)).test_client().get("/readyz")
    told = answer.json or {}
    assert (answer.status_code, told["database"], told["schema"], told["epoch"]) == (503, False, None, None)


def test_a_marker_of_another_life_is_said_and_does_not_take_the_server_off(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("INSERT INTO meta (key, value) VALUES ('epoch', 'this')"))
        db.session.commit()
    marker = Path(app.config["DATA_DIR"]) / "journal-marker.json"
    marker.write_text(json.dumps({"epoch": "another", "last": None}))
    answer = client.get("/readyz")
    assert (answer.status_code, (answer.json or {})["epoch"]) == (200, False)
