"""A finished paper as JSON, as it is kept when it is frozen, and back: what does not fit makes no paper."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from doorknock.papers.legible import Broken
from doorknock.papers.paper import Chart, Figure, Head, Paper, Paragraph, Part, Row, Section, Table, Target, Words

VERSION = 1
Json = dict[str, Any]
_CLASSES = {each.is_a: each for each in (Figure, Words, Paragraph, Head, Row, Table, Target, Chart, Section, Paper)}
_DEEPEST = 12


def to_json(paper: Paper) -> Json:
    """The paper as JSON, complete: ``from_json`` gives an equal one."""
    return {"version": VERSION, "paper": _kept(paper)}


def from_json(kept: object) -> Paper:
    """The paper that was kept so; Broken for anything else."""
    if not isinstance(kept, dict) or kept.get("version") != VERSION:
        raise Broken("a paper of another version")
    try:
        paper = _made(kept.get("paper"), _DEEPEST)
    except (TypeError, AttributeError, LookupError) as error:
        raise Broken("a part that does not fit") from error
    if not isinstance(paper, Paper):
        raise Broken("no paper")
    return paper


def _kept(part: Any) -> Any:
    if isinstance(part, tuple):
        return [_kept(each) for each in part]
    if isinstance(part, Part):
        return {"is": part.is_a} | {f.name: _kept(getattr(part, f.name)) for f in fields(part)}
    return part


def _made(kept: Any, depth: int) -> Any:
    if not depth:
        raise Broken("too deep")
    if isinstance(kept, list):
        return tuple(_made(each, depth - 1) for each in kept)
    if isinstance(kept, dict):
        made = _CLASSES[kept["is"]]
        return made(**{name: _made(value, depth - 1) for name, value in kept.items() if name != "is"})
    return kept
