"""The sample rosters through the command: exactly what they must import to, once or as often as wanted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from doorknock import clock, web
from doorknock.demo import town
from doorknock.places import setup

SAMPLES = Path(__file__).parent / "samples"
VILLAGE = town.VILLAGES[0][0]
EXPECTED = json.loads((SAMPLES / "roster-expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def six_groups(app: Flask) -> Flask:
    """禾丰村 with its six groups, each in a grid, and no door yet."""
    with app.app_context():
        setup.load(town.setup_file(clock.today()))
        web.commit()
    return app


def imported(app: Flask, name: str, *more: str) -> dict[str, Any]:
    """What the command answers for one of the sample files."""
    arguments = ["roster", "import", str(SAMPLES / name), "--village", VILLAGE, "--json", *more]
    with app.app_context():
        done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_unknown_village_and_a_missing_file_are_refused(six_groups: Flask) -> None:
    for arguments in (["x.xlsx", "--village", "999999999999"], ["x.xlsx", "--village", VILLAGE]):
        with six_groups.app_context():
            assert six_groups.test_cli_runner().invoke(args=["roster", "import", *arguments]).exit_code == 1


def test_the_messy_roster_imports_to_exactly_what_is_expected(six_groups: Flask) -> None:
    answer = imported(six_groups, "roster-messy.xlsx")
    same = ("places", "by_group", "adults", "with_phone")
    assert {name: answer[name] for name in same} == {name: EXPECTED[name] for name in same}
    assert (answer["blank"], answer["repeated"]) == (EXPECTED["blank_rows"], EXPECTED["repeated_rows"])
    assert (answer["added"], answer["changed"], answer["refused"]) == (EXPECTED["places"], 0, [])


def test_a_dry_run_changes_nothing_and_a_second_run_finds_nothing_new(six_groups: Flask) -> None:
    dry = imported(six_groups, "roster-messy.xlsx", "--dry-run")
    first = imported(six_groups, "roster-messy.xlsx")
    second = imported(six_groups, "roster-messy.xlsx")
    assert dry == first
    assert (second["added"], second["changed"], second["unchanged"]) == (0, 0, EXPECTED["places"])


def test_a_numbered_roster_takes_the_unnumbered_places_over(six_groups: Flask) -> None:
    imported(six_groups, "roster-messy.xlsx")
    answer = imported(six_groups, "roster-clean.xlsx")
    assert (answer["added"], answer["changed"], answer["places"]) == (0, EXPECTED["places"], EXPECTED["places"])
    assert imported(six_groups, "roster-clean.xlsx")["unchanged"] == EXPECTED["places"]
