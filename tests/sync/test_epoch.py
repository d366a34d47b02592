"""The epoch of 禾丰村's server: renewed when an older copy was put back, and never by a phone that repeats itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hefeng import Hefeng


def test_a_repeated_line_does_not_renew_the_epoch(village: Hefeng) -> None:
    phone = village.phone("wang")
    event = village.visit(phone, "1001", "met_covered", 1)
    first = phone.sync().head["epoch"]
    for _ in range(3):
        phone.send([event])
        assert phone.sync().head["epoch"] == first


def test_a_line_kept_for_review_does_not_renew_the_epoch(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    first = phone.sync().head["epoch"]
    other = json.loads(phone.events[1].line) | {"kind": "place_report"}
    phone.send([json.dumps(other).encode()])
    assert phone.sync().head["epoch"] == first


def test_a_journal_behind_the_marker_renews_the_epoch_once(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    first = phone.sync().head["epoch"]
    marker = Path(village.app.config["DATA_DIR"]) / "journal-marker.json"
    told = json.loads(marker.read_text())
    marker.write_text(json.dumps(told | {"last": "2999-01-01T00:00:00.000000+00:00"}))
    second = phone.sync().head["epoch"]
    assert second != first
    assert phone.sync().head["epoch"] == second


def test_a_marker_that_could_not_be_written_catches_up_at_the_next_contact(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    first = phone.sync().head["epoch"]
    marker = Path(village.app.config["DATA_DIR"]) / "journal-marker.json"
    told = json.loads(marker.read_text())
    marker.write_text(json.dumps(told | {"last": "2020-01-01T00:00:00.000000+00:00"}))
    assert phone.sync().head["epoch"] == first
    assert json.loads(marker.read_text()) == told
