"""The strings of `tests/cases/hostile.json`: typed, pasted, imported or sent by who means harm or knows no better."""

from __future__ import annotations

import json
from pathlib import Path

CASES = Path(__file__).parent / "cases" / "hostile.json"


def strings() -> list[str]:
    """All of them; the long ones are kept as a piece and how often it stands."""
    kinds = json.loads(CASES.read_text(encoding="utf-8"))
    long = [piece * times for piece, times in kinds.pop("long")]
    return [text for texts in kinds.values() for text in texts] + long


def of(*kinds: str) -> list[str]:
    """Those of these kinds."""
    known = json.loads(CASES.read_text(encoding="utf-8"))
    return [text for kind in kinds for text in known[kind]]


def is_text(said: str) -> bool:
    """Whether it can be written as UTF-8 and kept by both databases; halves of a sign and NUL cannot."""
    return "\0" not in said and not any("\ud800" <= sign <= "\udfff" for sign in said)
