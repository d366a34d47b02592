"""Every fault trial in its short form, and the ledger that `make faults` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import ledger, played
from tests.faults.played import Played
from tests.faults.trial import Outcome

TRIALS = ledger.trials()
BLOCKS = [
    pytest.param(word, seed, min(ledger.block_of(trial), trial.SHORT - seed + 1), id=f"{word}-{seed}")
    for word, trial in TRIALS.items()
    for seed in range(1, trial.SHORT + 1, ledger.block_of(trial))
]


@pytest.mark.parametrize(("word", "seed", "count"), BLOCKS)
def test_no_promise_is_broken(word: str, seed: int, count: int) -> None:
    outcome = TRIALS[word].run(count, seed)
    assert outcome.breaches == 0, "\n".join(outcome.notes)
    assert outcome.trials == count


def test_the_ledger_has_a_row_for_every_trial_and_each_comes_from_what_was_played() -> None:
    text = ledger.LEDGER.read_text(encoding="utf-8")
    assert ledger.render(TRIALS, ledger.rows(text)) == text


def test_a_figure_changed_by_hand_is_no_row_of_the_ledger() -> None:
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    text = ledger.render(TRIALS, dict.fromkeys(TRIALS, block))
    assert set(ledger.rows(text)) == set(TRIALS)
    prettier = text.replace("| 30 | 0 | 0.1 |", "| 30 | 0 | 0.001 |")
    assert ledger.render(TRIALS, ledger.rows(prettier)) != prettier


def test_a_stopped_run_goes_on_behind_its_last_whole_block() -> None:
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    block.add(31, 30, Outcome(30, 1, ["seed 44: two effects"]))
    assert (block.next_seed, block.seeds, block.cases, block.breaches) == (61, [[1, 60]], 60, 1)


def test_what_was_played_on_other_code_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    played.keep("kills", block)
    assert played.recall("kills", "c0ffee00").cases == 30
    assert played.recall("kills", "decade00").cases == 0


def test_a_stopped_run_goes_on_from_the_ledger_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path / "nothing played here")
    monkeypatch.setattr(ledger, "LEDGER", tmp_path / "fault-ledger.md")
    block = Played(code="c0ffee00")
    block.add(1, 2, Outcome(2, 1, ["seed 1"]))
    ledger.LEDGER.write_text(ledger.render(TRIALS, {"kills": block}), encoding="utf-8")
    assert ledger.reached(["kills"], "decade00")["kills"].cases == 0
    ledger.play({"kills": Broken()}, "full", 1, "c0ffee00")
    done = played.recall("kills", "c0ffee00")
    assert (done.cases, done.seeds, done.notes) == (3, [[1, 3]], ["seed 1", "seed 3"])


class Unplayable:
    """A trial whose program is not on this machine."""

    NAME, EXPECTED, GOAL, SHORT = "nothing", "nothing", 3, 1

    def run(self, count: int, seed: int) -> Outcome:
        raise RuntimeError("no nginx")


class Broken(Unplayable):
    """A trial that finds something in each second case."""

    def run(self, count: int, seed: int) -> Outcome:
        return Outcome(count, seed % 2, [f"seed {seed}"] if seed % 2 else [])


def test_one_trial_that_cannot_be_played_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    assert ledger.play({"slow": Unplayable(), "kills": Broken()}, "full", 1, "c0ffee00") == 3
    assert played.recall("slow", "c0ffee00").cases == 0
    done = played.recall("kills", "c0ffee00")
    assert (done.cases, done.breaches, done.notes) == (3, 2, ["seed 1", "seed 3"])
