"""The trial of erasures finds a word that stays: bytes that are not taken from the journal are a breach."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from doorknock.sync import redacting
from tests.faults import trial_erasures


def test_bytes_that_stay_in_the_journal_are_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "bytes_of", lambda raw: raw)
    found = trial_erasures.run(1, 2)
    assert (found.trials, found.breaches) == (1, 1)
    assert "is still there" in found.notes[0]


def test_one_case_again_is_played_on_the_database_that_it_had_in_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_erasures, "source_of", nullcontext)
    monkeypatch.setattr(trial_erasures, "one", lambda source, number: [f"{number} was played on {source}"])
    block = trial_erasures.run(4, 4).notes
    assert "seed 7 on postgresql: 7 was played on postgresql" in block
    assert [trial_erasures.run(1, seed).notes[0] for seed in (4, 6, 5, 7)] == block


def test_a_case_that_stumbles_is_a_breach_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def one(_source: object, number: int) -> list[str]:
        assert number != 6, "the office was answered with 500"
        return []

    monkeypatch.setattr(trial_erasures, "source_of", nullcontext)
    monkeypatch.setattr(trial_erasures, "one", one)
    found = trial_erasures.run(4, 4)
    assert (found.trials, found.breaches) == (4, 1)
    assert found.notes[0].startswith("seed 6 on sqlite: broke off: ")
    assert "answered with 500" in found.notes[0]
