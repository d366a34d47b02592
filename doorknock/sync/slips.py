"""A day's paper slips as somebody types them: the keys that they are typed by, and the rows of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from doorknock.fields import clean
from doorknock.places.models import Place
from doorknock.words import lazy

OUTCOMES = {
    "1": "met_covered", "2": "nobody_home", "3": "met_later", "4": "met_declined", "5": "remote_covered",
    "6": "left_material", "7": "minor_only", "8": "unsafe_stop", "9": "away_reported", "0": "wrong_entry",
}  # fmt: skip
AWAY = {"91": "working", "92": "moved", "93": "empty"}
METHODS = {"1": "paper", "2": "oral", "3": "declined"}
METHOD_WORDS = {"1": lazy("纸质"), "2": lazy("口头"), "3": lazy("这次不签")}
SLOT_WORDS = {"1": lazy("上午"), "2": lazy("中午"), "3": lazy("下午"), "4": lazy("晚上")}
MOST = 200
"""Rows of one sheet; a worker's day has fewer than half of it."""


@dataclass
class Row:
    """One row as typed, and what became of it."""

    typed: dict[str, str]
    place: Place | None = None
    body: dict[str, Any] | None = None
    faults: list[str] = field(default_factory=list)
    warning: str = ""

    def __getattr__(self, name: str) -> str:
        """What was typed into the field of that name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.typed.get(name, "")

    @property
    def blank(self) -> bool:
        """Nothing was typed: an empty row, or a door that was put there for typing and left alone."""
        return not any(value for name, value in self.typed.items() if name not in ("given", "sure", *self._free))

    @property
    def _free(self) -> tuple[str, ...]:
        return ("door",) if self.typed.get("given") else ()

    @property
    def right(self) -> bool:
        """Whether it may be saved."""
        return self.body is not None and not self.faults and (not self.warning or bool(self.typed.get("sure")))


@dataclass
class Sheet:
    """The slips of one worker's day."""

    worker_id: str = ""
    day: str = ""
    rows: list[Row] = field(default_factory=list)
    turn: int = 0
    """Counts the saves: what is still on its way from a page of an earlier turn is not kept again."""

    def kept(self) -> dict[str, Any]:
        """What a draft keeps."""
        rows = [r.typed for r in self.rows if any(r.typed.values())]
        return {"worker": self.worker_id, "day": self.day, "turn": self.turn, "rows": rows}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Sheet:
        """The sheet of a draft."""
        rows = [Row(dict(typed)) for typed in kept.get("rows", [])]
        return cls(kept.get("worker", ""), kept.get("day", ""), rows, kept.get("turn", 0))

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Sheet:
        """The sheet that a form sends: ``door.0``, ``outcome.0`` …; at most MOST rows, texts cut at 100."""
        rows: dict[int, dict[str, str]] = {}
        for key, value in form.items():
            name, _dot, number = key.rpartition(".")
            if name and number.isdecimal() and int(number) < MOST:
                rows.setdefault(int(number), {})[name] = clean(value.strip(), 100)
        found = [Row(rows.get(n, {})) for n in range(max(rows, default=-1) + 1)]
        turn = clean(form.get("turn"), 6)
        return cls(
            clean(form.get("worker"), 36), clean(form.get("day"), 10), found, int(turn) if turn.isdecimal() else 0
        )
