"""What the trials in a real browser look at: a store in which something is broken is seen to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.faults import ledger, trial_pocket
from tests.faults.glass import Glass
from tests.faults.trial_pocket import judge

DOORS = ["door-1", "door-2"]
PROMISED = [f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2)]


def phone() -> Glass:
    """One that has promised two visits."""
    made = Glass(*cast("Any", (None, None, None)))
    for ident, door in zip(PROMISED, DOORS, strict=True):
        made.meant[ident] = {"id": ident, "door": door, "form": {"outcome": "nobody_home", "note": ident}}
        made.acknowledged.append(ident)
    return made


def found() -> dict[str, Any]:
    """A store that holds both, whole and chained."""
    events, previous = [], "0" * 64
    for n, (ident, door) in enumerate(zip(PROMISED, DOORS, strict=True), 1):
        line = json.dumps({"n": n, "prev": previous, "body": {"note": ident, "place_id": door}})
        previous = hashlib.sha256(line.encode()).hexdigest()
        events.append({"n": n, "id": ident, "line": line})
    return {"events": events, "counter": 2, "last": PROMISED, "drafts": []}


def test_a_whole_store_is_whole() -> None:
    assert judge(phone(), found()) == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda store: store["events"].pop(), "acknowledged and gone"),
        (lambda store: store["events"][0].update(line=store["events"][0]["line"].replace("door-1", "")), "not whole"),
        (lambda store: store["events"][1].update(n=3), "not whole or not chained"),
        (lambda store: store.update(counter=3), "under a counter of 3"),
        (lambda store: store.update(drafts=PROMISED[:1]), "a draft beside its visit"),
        (lambda store: store.update(last=PROMISED[:1]), "2 doors visited, 1 show it"),
        (lambda store: store["events"][1].update(id="stranger"), "never put to it"),
    ],
    ids=["lost", "half-written", "renumbered", "number without event", "draft left", "no view", "stranger"],
)
def test_what_is_broken_is_seen(harm: Any, said: str) -> None:
    store = found()
    harm(store)
    assert any(said in words for words in judge(phone(), store))


class Page:
    """One on which nobody is signed in any more."""

    def evaluate(self, _script: str) -> None:
        return None


def test_a_store_that_is_gone_as_a_whole_has_lost_all_that_was_acknowledged() -> None:
    wiped = phone()
    wiped.page = cast("Any", Page())
    said = judge(wiped, wiped.found())
    assert [f"acknowledged and gone: {ident}" in said for ident in PROMISED] == [True, True]


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> list[Glass]:
    """The phones that a run has taken, one after another."""
    taken: list[Glass] = []

    @contextmanager
    def glass() -> Iterator[Glass]:
        taken.append(phone())
        taken[-1].server = cast("Any", SimpleNamespace(kill=lambda: None))
        yield taken[-1]

    monkeypatch.setattr(trial_pocket, "glass", glass)
    return taken


@pytest.mark.parametrize(("kept", "said"), [(2, []), (1, ["1 of 2 had no copy"])])
def test_where_the_browser_threw_the_store_away_every_promise_needs_a_copy(
    kept: int, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in_again = phone()
    signed_in_again.page = cast("Any", SimpleNamespace(evaluate=lambda _script: found()))
    monkeypatch.setattr(trial_pocket, "found_again", lambda _phone: kept)
    assert trial_pocket.thrown_away(signed_in_again) == said


def test_after_the_browser_threw_the_store_away_the_rest_is_played_on_another_phone(
    phones: list[Glass], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Glass] = []

    def case(phone: Glass, seed: int) -> list[str]:
        phone.thrown_away = seed == 3
        return []

    def at_the_end(phone: Glass) -> list[str]:
        ended.append(phone)
        return []

    monkeypatch.setattr(trial_pocket, "_case", case)
    monkeypatch.setattr(trial_pocket, "at_the_end", at_the_end)
    outcome = trial_pocket.run(6, 1)
    assert (outcome.trials, outcome.breaches, outcome.counts[trial_pocket.THROWN]) == (6, 0, 1)
    assert [ended[0] is phones[0], ended[1] is phones[1], len(phones)] == [True, True, 2]


def test_after_a_breach_the_rest_is_played_on_another_phone(
    phones: list[Glass], monkeypatch: pytest.MonkeyPatch
) -> None:
    def case(_phone: Glass, seed: int) -> list[str]:
        assert seed != 3, "the page does not open"
        return ["acknowledged and gone"] if seed == 5 else []

    monkeypatch.setattr(trial_pocket, "_case", case)
    monkeypatch.setattr(trial_pocket, "at_the_end", lambda _phone: [])
    found = trial_pocket.run(6, 1)
    assert (found.trials, found.breaches, len(phones)) == (6, 2, 3)
    assert ["seed 3: broke off" in found.notes[0], found.notes[1]] == [True, "seed 5: acknowledged and gone"]


def test_in_a_browser_the_power_is_cut_by_command_only() -> None:
    trials = ledger.trials()
    assert {w: trials[w].SHORT for w in ("pocket", "power", "storage")} == {"pocket": 30, "power": 0, "storage": 6}
