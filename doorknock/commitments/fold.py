"""Which commitments stand: pure, the same as static/shared/commitments.js, both held to tests/cases/fold.json."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from doorknock.words import lazy

METHODS = {
    "screen": lazy("签字"),
    "paper": lazy("纸质"),
    "oral": lazy("口头"),
    "declined": lazy("这次不签"),
    "not_asked": lazy("没提"),
}
SIGNED = frozenset({"screen", "paper"})
OFFERED = SIGNED | {"oral", "declined"}


@dataclass(frozen=True, slots=True)
class Promise:
    """An effective commitment, counted for its surviving place."""

    id: str
    place: str
    at: datetime
    method: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Takes back one commitment by id, or all of a place made up to its own instant."""

    at: datetime
    commitment_id: str | None = None
    place: str | None = None

    def covers(self, promise: Promise) -> bool:
        """Whether this takes the commitment back."""
        if self.commitment_id is not None:
            return self.commitment_id == promise.id
        return self.place == promise.place and promise.at <= self.at


def withdrawn(promises: Iterable[Promise], withdrawals: Iterable[Withdrawal]) -> dict[str, datetime | None]:
    """Per commitment, the instant of the first withdrawal that covers it, or None."""
    known = list(withdrawals)
    return {p.id: min((w.at for w in known if w.covers(p)), default=None) for p in promises}


def measures(promises: Iterable[Promise], taken_back: dict[str, datetime | None]) -> dict[str, int]:
    """What a place's effective commitments of one campaign add, as if the place were in D."""
    known = list(promises)
    return {
        "signed": int(any(p.method in SIGNED and taken_back[p.id] is None for p in known)),
        "offered": int(any(p.method in OFFERED for p in known)),
    }
