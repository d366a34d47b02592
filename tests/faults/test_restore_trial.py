"""The check of the restore trial sees what is planted for it; the trial's own cases run with all others."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from doorknock.people import revocations
from tests.databases import Databases
from tests.faults import trial_restore
from tests.faults.trial_restore import Evening


def lose_the_list(evening: Evening) -> None:
    """Whoever restores has lost the list of what was switched off."""
    (Path(evening.app.config["DATA_DIR"]) / revocations.NAME).unlink()


def let_go_too_early(evening: Evening) -> None:
    """A phone throws away what the server holds, before any backup covers it."""
    phone = max(evening.phones, key=lambda each: len(each.events))
    phone.events.pop(max(phone.events))


def lose_the_erasures(evening: Evening) -> None:
    """Whoever restores has lost the list of what was erased."""
    (Path(evening.app.config["DATA_DIR"]) / "erasures.jsonl").unlink()


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (lose_the_list, "switched off is on again"),
        (let_go_too_early, "never came back"),
        (lose_the_erasures, "the erased household is there again"),
    ],
)
def test_a_planted_breach_is_seen(migrated_databases: Databases, plant: trial_restore.Plant, says: str) -> None:
    wrong = trial_restore.play(2, migrated_databases, plant)
    assert any(says in each for each in wrong), wrong


def test_one_case_again_is_played_on_the_database_that_it_had_in_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_restore, "source_of", nullcontext)
    monkeypatch.setattr(trial_restore, "play", lambda case, source: [f"{case} was played on {source}"])
    block = trial_restore.run(4, 4).notes
    assert "seed 7 on postgresql: 7 was played on postgresql" in block
    assert [trial_restore.run(1, seed).notes[0] for seed in (4, 6, 5, 7)] == block
