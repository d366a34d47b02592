"""What was played of each trial: kept in a file a trial, for one state of the code, so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from tests.databases import ROOT
from tests.faults.trial import Outcome

STATE = ROOT / "instance" / "faults"
CODE = ("app.py", "doorknock", "migrations", "static/phone", "static/shared", "tests/faults")
"""What a trial depends on: its figures belong to one state of these."""


@dataclass
class Played:
    """What was played of one trial: its state file, and its row in the ledger."""

    cases: int = 0
    breaches: int = 0
    seeds: list[list[int]] = field(default_factory=list)
    """Ranges of seeds, both ends included; a block counts only once it is over."""
    date: str = ""
    cores: int = 0
    code: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def next_seed(self) -> int:
        return self.seeds[-1][1] + 1 if self.seeds else 1

    def add(self, seed: int, count: int, outcome: Outcome) -> None:
        """Count one more block."""
        self.cases += outcome.trials
        self.breaches += outcome.breaches
        said = list(dict.fromkeys(" ".join(note.split()) for note in [*self.notes, *outcome.notes]))
        of_cases = [note for note in said if note.startswith("seed ")]
        self.notes = [*of_cases, *[note for note in said if note not in of_cases][-5:]]
        if self.seeds and self.seeds[-1][1] == seed - 1:
            self.seeds[-1][1] = seed + count - 1
        else:
            self.seeds.append([seed, seed + count - 1])
        self.date, self.cores = f"{datetime.now(UTC):%Y-%m-%d}", os.cpu_count() or 1


def code_now() -> str:
    """A short name for the present state of the code under trial."""
    found = hashlib.sha256()
    files = [f for name in CODE for f in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"))]
    for file in sorted(f for f in files if f.suffix in (".py", ".js", ".mjs") and f.is_file()):
        found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:8]


def recall(word: str, code: str) -> Played:
    """What was played of this trial on this code."""
    file = STATE / f"{word}.json"
    known = Played(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else Played()
    return known if known.code == code else Played(code=code)


def keep(word: str, played: Played) -> None:
    """Write it down, whole or not at all."""
    STATE.mkdir(parents=True, exist_ok=True)
    fresh = STATE / f"{word}.new"
    fresh.write_text(json.dumps(asdict(played), ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(STATE / f"{word}.json")
