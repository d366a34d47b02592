"""The API's description is generated, committed, and the same as what is served."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from doorknock.sync.kinds import KINDS
from doorknock.sync.openapi import document

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_the_generated_one() -> None:
    """`flask --app app sync openapi > docs/openapi.json` renews it."""
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(json.dumps(document()))


def test_the_served_document_is_the_generated_one(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json == json.loads(json.dumps(document()))


def test_every_api_route_is_described(app: Flask) -> None:
    described = {(path, method.upper()) for path, operations in document()["paths"].items() for method in operations}
    served = {
        (rule.rule.replace("<", "{").replace(">", "}").replace("{sha}", "{sha256}"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_every_kind_of_event_has_its_body_described() -> None:
    assert {f"body.{kind}" for kind in KINDS} <= set(document()["components"]["schemas"])
