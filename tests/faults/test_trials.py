"""Every fault trial in its short form, and the ledger that `make faults` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import ledger
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
    played = ledger.Played(code="c0ffee00")
    played.add(1, 30, Outcome(30, 0))
    text = ledger.render(TRIALS, dict.fromkeys(TRIALS, played))
    assert set(ledger.rows(text)) == set(TRIALS)
    prettier = text.replace("| 30 | 0 | 0.1 |", "| 30 | 0 | 0.001 |")
    assert ledger.render(TRIALS, ledger.rows(prettier)) != prettier


def test_a_stopped_run_goes_on_behind_its_last_whole_block() -> None:
    played = ledger.Played(code="c0ffee00")
    played.add(1, 30, Outcome(30, 0))
    played.add(31, 30, Outcome(30, 1, ["seed 44: two effects"]))
    assert (played.next_seed, played.seeds, played.cases, played.breaches) == (61, [[1, 60]], 60, 1)


def test_what_was_played_on_other_code_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "STATE", tmp_path)
    played = ledger.Played(code="c0ffee00")
    played.add(1, 30, Outcome(30, 0))
    ledger.keep("kills", played)
    assert ledger.recall("kills", "c0ffee00").cases == 30
    assert ledger.recall("kills", "decade00").cases == 0
