"""When a phone counts as out of touch, and how that is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from doorknock import clock
from doorknock.coverage.freshness import Freshness, Phone, together
from doorknock.people.contact import expected_since


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


NOW = at("21T17:45")


def said(*lasts: str | None, left: int | None = None, hands: int = 1) -> tuple[str, bool]:
    phones = frozenset(Phone(str(n), at(last) if last else None) for n, last in enumerate(lasts))
    with clock.pinned(NOW):
        found = Freshness(hands, phones).said(left)
    return found.words, found.behind


@pytest.mark.parametrize(
    ("now", "since"),
    [("21T17:45", "21T14:45"), ("21T11:00", "21T08:00"), ("21T10:59", "20T17:00"), ("21T00:30", "20T17:00")],
)
def test_a_phone_should_be_heard_every_three_hours_of_work(now: str, since: str) -> None:
    assert expected_since(at(now)) == at(since)


def test_a_grid_without_hands_and_one_without_a_phone_say_so() -> None:
    assert said(hands=0) == ("还没有网格员", False)
    assert said() == ("还没登记手机", False)


def test_the_phone_that_was_heard_longest_ago_dates_the_figures() -> None:
    assert said("21T17:40", "21T17:32") == ("17:32 都联系过", False)


def test_a_silent_phone_is_said_with_the_doors_left_to_its_grid() -> None:
    assert said("21T08:05", left=29) == ("08:05 后没联系，名下还要去 29 户", True)
    assert said("21T08:05", "21T17:40", left=29) == ("08:05 后有 1 部没联系，名下还要去 29 户", True)


def test_a_village_counts_its_silent_phones() -> None:
    assert said("21T13:20", "21T13:50", "21T17:40") == ("13:20 后 2 部没联系", True)
    assert said("20T17:40") == ("昨天 17:40 后 1 部没联系", True)


def test_a_phone_that_was_never_heard_is_silent_since_it_was_enrolled() -> None:
    assert said(None, "21T17:40") == ("登记后 1 部没联系", True)


def test_a_phone_of_two_grids_counts_once_in_their_village() -> None:
    one = Freshness(1, frozenset({Phone("a", NOW - timedelta(hours=9))}))
    assert len(together([one, one]).phones) == 1
