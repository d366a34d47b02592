"""What a fault trial is. Every module ``tests/faults/trial_*.py`` is one; ``make faults`` and ``make test`` find it.

A trial is repeatable: ``run(count, seed)`` plays the cases ``seed`` to ``seed + count - 1``, each of which makes the
same choices whenever it is played, and starts and ends whatever it needs. A broken promise is counted, not raised;
what is raised all the same is a breach of the whole block, unless it says that this machine cannot play it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

LAST_LINES = 5
"""Of a traceback: enough to see where a case broke off."""


class UnplayableError(Exception):
    """This machine lacks what a trial needs, a program or a right: nothing was played, and nothing broken."""


@dataclass(frozen=True)
class Outcome:
    """What came of some cases of a trial."""

    trials: int
    """Cases really played."""
    breaches: int
    """Of these, the ones in which a promise was broken."""
    notes: list[str] = field(default_factory=list)
    """A sentence for each breach, begun with ``seed`` and its number, and whatever else the ledger should say."""
    counts: dict[str, int] = field(default_factory=dict)
    """What the ledger sums over all blocks, such as how many kills came before the commit, by its name."""


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


def stumbled(error: BaseException) -> str:
    """What a case or a block broke off with: the last lines of the traceback in one."""
    lines = "".join(traceback.format_exception(error)).split("\n")
    said = [" ".join(line.split()) for line in lines if line.strip(" ^~")]
    return f"broke off: {' / '.join(said[-LAST_LINES:])[-600:]}"


def broken_by(case: Callable[[], list[str]]) -> list[str]:
    """What a case finds broken. What it stumbles over is broken too, in this case and not in its whole block."""
    try:
        return case()
    except UnplayableError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the promise was that nothing is raised
        return [stumbled(error)]
