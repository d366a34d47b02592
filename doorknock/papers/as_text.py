"""「复制成一段话」: a paper in one paragraph for a chat group, short enough to be read there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doorknock.papers.marks import WEIGHTS
from doorknock.papers.paper import Figure, Paper, Paragraph, Piece, Words
from doorknock.words import _, joined

LIMIT = 200
_USUAL = 3
_ALWAYS = 99
_TOKEN = re.compile(r"\s*(?:[0-9A-Za-z](?:[0-9A-Za-z.,:%/+\-]*[0-9A-Za-z%])?|\S)")
_END = re.compile("(?<=[。！？])(?![。！？”’」』）])|(?<=[。！？][”’」』）])")
_STOP = "。"
_STOPS = "。！？："
_WIDE = str.maketrans(",:;!?()", "，：；！？（）")
_NARROW = re.compile(r"(?<![0-9A-Za-z])[,:;!?()]|[,:;!?()](?![0-9A-Za-z])|(?<=[^\x00-\x7f])\.")
_BLANKS = re.compile(r" +(?=[^\x21-\x7e])|(?<=[^\x21-\x7e]) +")


def as_text(paper: Paper, limit: int = LIMIT) -> str:
    """The paper's paragraphs as one, at most ``limit`` signs as ``counted``.

    Where that is too long, whole sentences go: first those without figures, then those whose figures matter least
    (``marks.WEIGHTS``), of equals the later. Who is out of touch is said last and goes last. No figure is cut.
    """
    opening = _Sentence((_opening(paper),), _ALWAYS)
    kept = [opening, *_sentences(paper)]
    while len(kept) > 2 and counted(_said(kept)) > limit:
        least = min(kept, key=lambda each: (each.weight, -kept.index(each)))
        kept.remove(least)
    text = _said(kept)
    return text if counted(text) <= limit else _cut(kept, limit)


def counted(text: str) -> int:
    """How long people call a text: each Chinese sign and stop is one, and so is each number or foreign word."""
    return len(_TOKEN.findall(text))


@dataclass(frozen=True, eq=False)
class _Sentence:
    pieces: tuple[Piece, ...]
    weight: int

    @property
    def text(self) -> str:
        return "".join(each.text if isinstance(each, Figure) else each for each in self.pieces)


def _opening(paper: Paper) -> str:
    when = dict(paper.facts).get("day_said") or paper.subtitle
    said = _("%(title)s（%(when)s）：", title=paper.title, when=when) if when else _("%(title)s：", title=paper.title)
    return _wide(said)


def _sentences(paper: Paper) -> list[_Sentence]:
    found = [each for part in paper.parts() if isinstance(part, Paragraph) for each in _split(part)]
    told = any(each.weight >= WEIGHTS["phones_behind"] for each in found)
    return found if told else [*found, *_silent(paper)]


def _silent(paper: Paper) -> Iterator[_Sentence]:
    """Who is out of touch by the tables, where no sentence says it."""
    names = [
        row.name
        for table in paper.tables()
        for row in table.rows
        if not row.total and any(isinstance(cell, Words) and cell.look for cell in row.cells)
    ]
    if not names:
        return
    who = joined(dict.fromkeys(names[:5]))
    if len(names) > 5:
        who = _("%(names)s等 %(count)s 处", names=who, count=len(names))
    yield _Sentence((_wide(_("%(who)s有手机没联系上，数字不全。", who=who)),), WEIGHTS["phones_behind"])


def _split(paragraph: Paragraph) -> Iterator[_Sentence]:
    """Its sentences, each with its stop; figures stay whole."""
    now: list[Piece] = []
    for piece in paragraph.pieces:
        if isinstance(piece, Figure):
            now.append(piece)
            continue
        first, *rest = _END.split(_wide(piece))
        now.append(first)
        for each in rest:
            yield from _ended(now)
            now = [each]
    yield from _ended(now)


def _ended(pieces: list[Piece]) -> Iterator[_Sentence]:
    kept = [each for each in pieces if each]
    if not "".join(each.text if isinstance(each, Figure) else each for each in kept).strip(f"{_STOP} "):
        return
    if isinstance(kept[-1], Figure) or kept[-1][-1] not in _STOPS:
        kept.append(_STOP)
    keys = [each.key for each in kept if isinstance(each, Figure)]
    yield _Sentence(tuple(kept), max((WEIGHTS.get(key, _USUAL) for key in keys), default=0))


def _wide(text: str) -> str:
    """Full-width stops and no blanks beside Chinese; 18:05 and 5,092 stay as they are."""
    return _BLANKS.sub("", _NARROW.sub(lambda found: _STOP if found[0] == "." else found[0].translate(_WIDE), text))


def _said(sentences: Iterable[_Sentence]) -> str:
    return "".join(each.text for each in sentences)


def _cut(sentences: list[_Sentence], limit: int) -> str:
    """What is left when not even one sentence fits: its beginning, up to a whole figure."""
    text = ""
    for piece in (piece for sentence in sentences for piece in sentence.pieces):
        for token in [piece.text] if isinstance(piece, Figure) else _TOKEN.findall(piece):
            if counted(text + token) >= limit:
                return text + "…"
            text += token
    return text
