"""The trial of erasures finds a word that stays: bytes that are not taken from the journal are a breach."""

from __future__ import annotations

import pytest

from doorknock.sync import redacting
from tests.faults import trial_erasures


def test_bytes_that_stay_in_the_journal_are_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "bytes_of", lambda raw: raw)
    found = trial_erasures.run(1, 2)
    assert (found.trials, found.breaches) == (1, 1)
    assert "is still there" in found.notes[0]
