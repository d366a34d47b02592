"""The materials that come with the product: 17 kinds of fraud, the slogan families, two cards, in plain words.

A file's name says its kind and key (``fraud-shuadan.toml``); its drawing is ``static/drawings/<key>.svg``. Whoever
changes a text raises its ``version``: what was printed before goes on naming the one that it was printed with.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FRAUD, SLOGAN, CARD = "fraud", "slogan", "card"
FOLDER = Path(__file__).parent / "catalogue"
FIRST_AID, APP = "jiuji", "app"


@dataclass(frozen=True)
class Question:
    """What somebody might think, whether it is right, and why."""

    said: str
    right: bool
    why: str


@dataclass(frozen=True)
class Material:
    """One material: ``line`` is what a worker shows and reads out, ``help`` the sentence under it."""

    kind: str
    key: str
    version: int
    name: str
    line: tuple[str, ...]
    help: str = ""
    says: tuple[str, ...] = ()
    """What the caller says, in quotation marks."""
    tell: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    end: str = ""
    audience: tuple[str, ...] = ()
    quiz: tuple[Question, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that is read, in the order in which it is read out."""
        asked = [text for each in self.quiz for text in (each.said, each.why)]
        every = (*self.line, self.help, *self.says, *self.tell, *self.do, *self.items, self.end, *asked)
        return tuple(text for text in every if text)


@cache
def materials() -> dict[str, Material]:
    """Every material by its key, in the order of the files' names."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        kind, _dash, key = path.stem.partition("-")
        found[key] = _read(kind, key, tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def of_kind(kind: str) -> list[Material]:
    """Those of one kind."""
    return [each for each in materials().values() if each.kind == kind]


def _read(kind: str, key: str, said: dict[str, Any]) -> Material:
    line, quiz = said.pop("line"), said.pop("quiz", ())
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    lines = (line,) if isinstance(line, str) else tuple(line)
    return Material(kind, key, line=lines, quiz=tuple(Question(**each) for each in quiz), **fields)
