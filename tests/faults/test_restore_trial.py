"""The check of the restore trial sees what is planted for it; the trial's own cases run with all others."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("plant", "says"), [(lose_the_list, "switched off is on again"), (let_go_too_early, "never came back")]
)
def test_a_planted_breach_is_seen(migrated_databases: Databases, plant: trial_restore.Plant, says: str) -> None:
    wrong = trial_restore.play(2, migrated_databases, plant)
    assert any(says in each for each in wrong), wrong
