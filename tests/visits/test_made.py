"""禾丰村 at 18:00: what had been made and had come by then, what comes later, and what is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorknock import clock
from doorknock.visits.made import Since, Span, by_edition, by_grid, by_group, since
from tests.evening import Evening
from tests.hefeng import GRID_A, GRID_B, Hefeng
from tests.wire.client import Phone


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    return evening.phone("wang")


@pytest.fixture
def li(evening: Evening) -> Phone:
    return evening.phone("li")


def span(evening: Evening, days: int = 0) -> Span:
    campaign = evening.village.campaign()
    edition = evening.day + timedelta(days=days)
    return Span(campaign.county, (campaign.id,), edition, edition)


def outcomes(evening: Evening, at: str | None = None, days: int = 0) -> dict[str, dict[str, int]]:
    with evening.village.app.app_context():
        known = evening.instant(at) if at else None
        return {grid: dict(made.outcomes) for grid, made in by_grid(span(evening, days), known).items()}


def walked(evening: Evening, phone: Phone, number: str, outcome: str, at: str, synced: str) -> str:
    event = evening.village.visit(phone, number, outcome, evening.minutes(at))
    with evening.at(synced):
        phone.sync()
    return event.id


def test_what_is_made_at_six_belongs_to_the_next_day(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:59", "18:30")
    walked(evening, wang, "1002", "nobody_home", "18:00", "18:30")
    assert outcomes(evening) == {GRID_A: {"met_covered": 1}}
    assert outcomes(evening, days=1) == {GRID_A: {"nobody_home": 1}}


def test_what_comes_late_was_not_known_at_six(evening: Evening, wang: Phone, li: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:30", "17:50")
    walked(evening, li, "1009", "met_declined", "17:20", "20:05")
    assert outcomes(evening, at="18:00") == {GRID_A: {"met_covered": 1}}
    assert outcomes(evening) == {GRID_A: {"met_covered": 1}, GRID_B: {"met_declined": 1}}


def test_a_correction_changes_what_counts_and_not_what_was_known(evening: Evening, wang: Phone) -> None:
    first = walked(evening, wang, "1001", "met_covered", "16:00", "17:50")
    evening.village.correct(wang, first, "1001", "met_later", evening.village.at(evening.minutes("18:20")))
    with evening.at("18:30"):
        wang.sync()
    assert outcomes(evening, at="18:00") == {GRID_A: {"met_covered": 1}}
    assert outcomes(evening) == {}, "the correction says that it was made at 18:20"
    assert outcomes(evening, days=1) == {GRID_A: {"met_later": 1}}


def test_of_two_corrections_the_one_that_had_come_by_six_was_known(evening: Evening, wang: Phone) -> None:
    first = walked(evening, wang, "1001", "nobody_home", "16:00", "16:10")
    evening.village.correct(wang, first, "1001", "met_later", evening.village.at(evening.minutes("17:00")))
    with evening.at("17:30"):
        wang.sync()
    evening.village.correct(wang, first, "1001", "met_covered", evening.village.at(evening.minutes("17:40")))
    with evening.at("19:00"):
        wang.sync()
    assert outcomes(evening, at="16:30") == {GRID_A: {"nobody_home": 1}}
    assert outcomes(evening, at="18:00") == {GRID_A: {"met_later": 1}}
    assert outcomes(evening) == {GRID_A: {"met_covered": 1}}


def test_frozen_and_late_and_taken_back_come_to_what_counts_now(evening: Evening, wang: Phone, li: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:00", "17:50")
    mistake = walked(evening, wang, "1002", "met_covered", "17:10", "17:50")
    changed = walked(evening, wang, "1003", "nobody_home", "17:20", "17:50")
    evening.village.void(wang, mistake, evening.village.at(evening.minutes("18:10")))
    evening.village.correct(wang, changed, "1003", "met_later", evening.village.at(evening.minutes("17:55")))
    with evening.at("18:30"):
        wang.sync()
    walked(evening, li, "1009", "met_declined", "17:20", "20:05")
    with evening.village.app.app_context():
        behind = since(span(evening), evening.instant("18:00"))
    assert behind == {GRID_A: Since(late=0, gone=1), GRID_B: Since(late=1, gone=0)}
    frozen, now = outcomes(evening, at="18:00"), outcomes(evening)
    for grid in (GRID_A, GRID_B):
        moved = behind[grid].late - behind[grid].gone
        assert sum(frozen.get(grid, {}).values()) + moved == sum(now.get(grid, {}).values())


def test_a_village_counts_by_its_groups(evening: Evening, wang: Phone, li: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:00", "17:50")
    walked(evening, wang, "1006", "nobody_home", "17:10", "17:50")
    walked(evening, li, "1009", "met_covered", "17:20", "17:50")
    with evening.village.app.app_context():
        found = by_group(span(evening), [GRID_A, GRID_B])
    assert {group[-3:]: made.visits for group, made in found.items()} == {"001": 1, "002": 1, "003": 1}


def test_days_stand_side_by_side(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:00", "17:50")
    walked(evening, wang, "1002", "met_covered", "18:10", "18:20")
    campaign = evening.village.campaign()
    both = Span(campaign.county, (campaign.id,), evening.day, evening.day + timedelta(days=1))
    with evening.village.app.app_context():
        found = by_edition(both)
    assert {day: made.visits for day, made in found.items()} == {evening.day: 1, evening.day + timedelta(days=1): 1}


def test_a_rebuild_keeps_when_visits_took_effect(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "met_covered", "17:30", "17:50")
    walked(evening, wang, "1002", "met_covered", "17:40", "20:00")
    evening.village.stands()
    assert outcomes(evening, at="18:00") == {GRID_A: {"met_covered": 1}}


def test_an_edition_ends_at_six() -> None:
    day = clock.today()
    end = clock.end_of(day)
    assert clock.edition_of(end - timedelta(microseconds=1)) == day
    assert clock.edition_of(end) == day + timedelta(days=1)
