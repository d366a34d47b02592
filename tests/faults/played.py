"""What was played of each trial: kept in a file a trial, for one state of the code, so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from tests.databases import ROOT
from tests.faults.trial import Outcome

STATE = ROOT / "instance" / "faults"
CODE = (
    "app.py", "doorknock", "migrations", "static/phone", "static/shared", "tests/faults", "tests/wire/corpus",
    "docs/ops/nginx.conf", "scripts/gunicorn.conf.py", "requirements.lock", "package-lock.json",
)  # fmt: skip
"""What a trial depends on: its figures belong to one state of these. Of the trials themselves, on its own alone."""
KINDS = (".py", ".js", ".mjs", ".json")
"""Of the files in a folder; one that is named itself counts whatever it is."""
BREACHES_TOLD = 40
"""Sentences about breaches that are kept of a trial, the first ones; the row says how many cases were broken."""
REMARKS_KEPT = 5
"""Other notes, the last ones."""


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
    counts: dict[str, int] = field(default_factory=dict)
    """Summed over all blocks."""

    @property
    def next_seed(self) -> int:
        return self.seeds[-1][1] + 1 if self.seeds else 1

    def add(self, seed: int, count: int, outcome: Outcome) -> None:
        """Count one more block."""
        self.cases += outcome.trials
        self.breaches += outcome.breaches
        said = list(dict.fromkeys(" ".join(note.split()) for note in [*self.notes, *_told(seed, count, outcome)]))
        of_cases = [note for note in said if note.startswith("seed ")][:BREACHES_TOLD]
        remarks = [note for note in said if not note.startswith("seed ")]
        self.notes = [*of_cases, *remarks[-REMARKS_KEPT:]]
        for label, number in outcome.counts.items():
            name = " ".join(label.replace(",", ";").split())  # a comma stands between two of them in the ledger
            self.counts[name] = self.counts.get(name, 0) + number
        if self.seeds and self.seeds[-1][1] == seed - 1:
            self.seeds[-1][1] = seed + count - 1
        else:
            self.seeds.append([seed, seed + count - 1])
        self.date, self.cores = f"{datetime.now(UTC):%Y-%m-%d}", os.cpu_count() or 1


def span(seed: int, count: int) -> str:
    """The seeds of a block as a note names them."""
    return f"seed {seed}" if count == 1 else f"seed {seed}–{seed + count - 1}"


def _told(seed: int, count: int, outcome: Outcome) -> list[str]:
    """The notes of a block; where something is broken and none says in which case, it was in one of this block."""
    if not outcome.breaches or any(note.startswith("seed ") for note in outcome.notes):
        return outcome.notes
    return [f"{span(seed, count)}: {note}" for note in outcome.notes or ["broken, and the trial does not say how"]]


def code_now(word: str = "") -> str:
    """A short name for the present state of the code under this trial; without one, of what all depend on."""
    found = hashlib.sha256()
    named = [ROOT / name for name in CODE if (ROOT / name).is_file()]
    within = [file for name in CODE for file in (ROOT / name).rglob("*") if file.suffix in KINDS and file.is_file()]
    for file in sorted(file for file in named + within if not _is_anothers(file, word)):
        found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:8]


def _is_anothers(file: Path, word: str) -> bool:
    return file.parent.name == "faults" and file.name.startswith("trial_") and file.stem != f"trial_{word}"


def recall(word: str, code: str) -> Played:
    """What was played of this trial on this code."""
    file = STATE / f"{word}.json"
    told = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if told.get("code") != code or told.keys() - {each.name for each in fields(Played)}:
        return Played(code=code)
    return Played(**told)


def keep(word: str, played: Played) -> None:
    """Write it down, whole or not at all."""
    STATE.mkdir(parents=True, exist_ok=True)
    fresh = STATE / f"{word}.new"
    fresh.write_text(json.dumps(asdict(played), ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(STATE / f"{word}.json")
