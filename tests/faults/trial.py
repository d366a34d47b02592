"""What a fault trial is. Every module ``tests/faults/trial_*.py`` is one; ``make faults`` and ``make test`` find it.

A trial is repeatable: ``run(count, seed)`` plays the cases ``seed`` to ``seed + count - 1``, each of which makes the
same choices whenever it is played, and starts and ends whatever it needs. A broken promise is counted, not raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Outcome:
    """What came of some cases of a trial."""

    trials: int
    """Cases really played."""
    breaches: int
    """Of these, the ones in which a promise was broken."""
    notes: list[str] = field(default_factory=list)
    """A sentence for each breach that says how to play it again, and whatever else the ledger should say."""


class Trial(Protocol):
    """The names that such a module has."""

    NAME: str
    """A few words in plain English: the row's name in docs/fault-ledger.md."""
    EXPECTED: str
    """What must hold in every case."""
    GOAL: int
    """Cases for ``make faults FOR=full``, played in blocks of SHORT so that a stopped run goes on where it was."""
    SHORT: int
    """Cases in ``make test``; 0 where it takes too long for that or needs what tests do not have."""

    def run(self, count: int, seed: int) -> Outcome: ...
