"""``make faults``: plays the trials, remembers what was played, and writes docs/fault-ledger.md from that alone.

``python -m tests.faults.ledger [--for short|full] [--only WHAT …] [--minutes N] [--again WHAT SEED]``. A run that was
stopped goes on where it was, on another machine from the ledger; what was played on other code than today's does not
count.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest

from tests.databases import ROOT
from tests.faults.played import Played, code_now, keep, recall, span
from tests.faults.trial import Outcome, Trial, UnplayableError, stumbled

HERE = Path(__file__).parent
UNPLAYABLE = (UnplayableError, pytest.skip.Exception, pytest.fail.Exception)
"""What a machine without nginx or PostgreSQL raises, and nothing else does: it still plays the other trials."""
CodeOf = Callable[[str], str]
"""The code that a trial's figures belong to, by its word."""
LEDGER = ROOT / "docs" / "fault-ledger.md"


def trials() -> dict[str, Trial]:
    """Every trial module by the word that names it: ``trial_portals.py`` is ``portals``."""
    words = sorted(path.stem.removeprefix("trial_") for path in HERE.glob("trial_*.py"))
    return {word: cast("Trial", importlib.import_module(f"tests.faults.trial_{word}")) for word in words}


def block_of(trial: Trial) -> int:
    """Cases that are played at once."""
    return int(getattr(trial, "BLOCK", 0)) or trial.SHORT or 1


def play(chosen: dict[str, Trial], length: str, minutes: float, code_of: CodeOf = code_now) -> int:
    """Play blocks, always of the trial that is the least far, until all are done or the time is over.

    The answer is how many cases were broken, and one more for each trial that could not be played here.
    """
    ends = time.monotonic() + minutes * 60
    goals = {word: trial.GOAL if length == "full" else trial.SHORT for word, trial in chosen.items()}
    state = reached(chosen, code_of)
    unplayed: set[str] = set()
    while time.monotonic() < ends:
        left = {
            w: (state[w].next_seed - 1) / goals[w]
            for w in chosen
            if state[w].next_seed <= goals[w] and w not in unplayed
        }
        if not left:
            break
        word = min(left, key=lambda each: left[each])
        try:
            _block(word, chosen[word], goals[word], state[word])
        except UNPLAYABLE as error:
            unplayed.add(word)
            say(f"{word:14} cannot be played here: {error}")
        else:
            keep(word, state[word])
    return sum(each.breaches for each in state.values()) + len(unplayed)


def _block(word: str, trial: Trial, goal: int, played: Played) -> None:
    seed = played.next_seed
    count = min(block_of(trial), goal - seed + 1)
    began = time.monotonic()
    outcome = attempt(trial, count, seed)
    played.add(seed, count, outcome)
    took = time.monotonic() - began
    hours = took / count * (goal - seed + 1 - count) / 3600
    say(f"{word:14} {seed + count - 1:>6} of {goal:<6} {outcome.breaches} broken  {took:6.1f} s, {hours:.1f} h to go")
    for note in outcome.notes:
        say(f"    {note}")


def attempt(trial: Trial, count: int, seed: int) -> Outcome:
    """Play these cases. A trial that stumbles is broken: played anew, what it met might not come again."""
    try:
        return trial.run(count, seed)
    except UNPLAYABLE:
        raise
    except Exception as error:  # noqa: BLE001  # nothing that is raised may vanish
        return Outcome(count, 1, [f"{span(seed, count)}: {stumbled(error)}"])


def say(line: str) -> None:
    """Progress, seen at once also through a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


HEAD = """# Fault ledger

Written by `make faults` and by nothing else; each row is what was really played, on one state of the code. 0 broken in
n cases bounds the rate of breaches at 3/n (95 %). `make faults ONLY=word` plays one trial, `FOR=short` as many cases as
`make test` does, `MINUTES=n` stops in time; a stopped run goes on where it was. One case again:
`python -m tests.faults.ledger --again word seed`.

| trial | word | expected | cases | broken | bound | seeds | goal | date | cores | code |
|---|---|---|---|---|---|---|---|---|---|---|
"""
_NOTE = re.compile(r"^- `(\w+)`: (.*)$", re.MULTILINE)
_COUNTS = re.compile(r"^- `(\w+)` in all: (.*)$", re.MULTILINE)
_ROW = re.compile(
    r"\| [^|]+ \| `(\w+)` \| [^|]+ \| ([\d,]+) \| ([\d,]+) \| [^|]+ \| ([^|]+) \| [^|]+ \| (\S+) \| (\d+) \| (\w+) \|"
)


def rows(text: str) -> dict[str, Played]:
    """The rows of a ledger, as the state they were written from."""
    found = {}
    said: dict[str, list[str]] = {}
    for word, note in _NOTE.findall(text):
        said.setdefault(word, []).append(note)
    counted = {word: _counts(told) for word, told in _COUNTS.findall(text)}
    for word, cases, breaches, seeds, date, cores, code in _ROW.findall(text):
        ranges = [[int(n) for n in part.split("–")] for part in seeds.split(", ")]
        number = (int(cases.replace(",", "")), int(breaches.replace(",", "")))
        places = [[r[0], r[-1]] for r in ranges]
        more = (said.get(word, []), counted.get(word, {}))
        found[word] = Played(*number, places, date, int(cores), code, *more)
    return found


def _counts(told: str) -> dict[str, int]:
    parts = [each.partition(" ") for each in told.split(", ")]
    return {name: int(number.replace(",", "")) for number, _, name in parts}


def render(known: dict[str, Trial], played: dict[str, Played]) -> str:
    """The whole ledger: every trial, with what was played of it."""
    notes = [line for word in known if word in played for line in _noted(word, played[word])]
    table = "".join(_row(word, trial, played.get(word)) for word, trial in known.items())
    return HEAD + table + "".join(["\n## What was noted\n\n", *notes] if notes else [])


def _noted(word: str, played: Played) -> list[str]:
    """What was counted in one line, then the notes."""
    counted = ", ".join(f"{number:,} {name}" for name, number in played.counts.items())
    return [*([f"- `{word}` in all: {counted}\n"] if counted else []), *(f"- `{word}`: {n}\n" for n in played.notes)]


def _row(word: str, trial: Trial, played: Played | None) -> str:
    start = f"| {trial.NAME} | `{word}` | {trial.EXPECTED} |"
    if played is None or not played.cases:
        return f"{start} 0 | – | – | not played yet | {trial.GOAL:,} | – | – | – |\n"
    bound = f"{3 / played.cases:.2g}" if not played.breaches else "–"
    seeds = ", ".join("–".join(str(n) for n in dict.fromkeys(each)) for each in played.seeds)
    end = f"{seeds} | {trial.GOAL:,} | {played.date} | {played.cores} | {played.code} |\n"
    return f"{start} {played.cases:,} | {played.breaches:,} | {bound} | {end}"


def written() -> dict[str, Played]:
    """The rows as they stand in docs/fault-ledger.md."""
    return rows(LEDGER.read_text(encoding="utf-8")) if LEDGER.exists() else {}


def reached(words: Iterable[str], code_of: CodeOf = code_now) -> dict[str, Played]:
    """How far each trial has come on this code, here or, by the ledger, on the machine where it was played before."""
    codes = {word: code_of(word) for word in words}
    before = {word: row for word, row in written().items() if row.code == codes.get(word)}
    here = {word: recall(word, code) for word, code in codes.items()}
    return {w: max(played, before.get(w, played), key=lambda each: each.cases) for w, played in here.items()}


def write() -> None:
    """Renew the ledger: today's state where there is any, else the rows as they stood."""
    known = trials()
    now = {word: played for word, played in reached(known).items() if played.cases}
    LEDGER.write_text(render(known, written() | now), encoding="utf-8")


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--for", dest="length", choices=["short", "full"], default="full")
    parser.add_argument("--only", nargs="*", default=[], help="words that name trials")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no block after so many")
    parser.add_argument("--again", nargs=2, metavar=("WORD", "SEED"), help="one case once more; nothing is written")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    known = trials()
    if unknown := {*asked.only, *(asked.again or [])[:1]} - known.keys():
        parser.error(f"no such trial: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if asked.again:
        return _again(known[asked.again[0]], int(asked.again[1]))
    try:
        broken = play({w: t for w, t in known.items() if w in (asked.only or known)}, asked.length, asked.minutes)
    finally:
        write()
    say(f"{broken} broken; docs/fault-ledger.md says what was played")
    return 1 if broken else 0


def _again(trial: Trial, seed: int) -> int:
    try:
        outcome = attempt(trial, 1, seed)
    except UNPLAYABLE as error:
        say(f"cannot be played here: {error}")
        return 1
    counted = [f"{number} {name}" for name, number in outcome.counts.items()]
    say("\n".join([*outcome.notes, *counted, f"{outcome.breaches} of {outcome.trials} broken"]))
    return 1 if outcome.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
