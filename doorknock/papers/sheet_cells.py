"""What a mark in a cell becomes, and the cell's XML with it in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from doorknock.cells import Styles
from doorknock.ooxml import Package
from doorknock.papers import marks
from doorknock.papers.called import Village, figures_of, texts_of, villages_of
from doorknock.papers.paper import NOTHING, Figure, Paper
from doorknock.papers.sheet_bytes import Rich, changed_runs, text_element
from doorknock.papers.sheet_parts import CellAt

MARK = re.compile("【([^【】]{1,40})】")
Value = int | float | str


def percents(package: Package, part: str) -> set[str]:
    """The cell styles that show a number as a percentage, by index."""
    return Styles(package, part, (9, 10), lambda code: "%" in code).found


class Answers:
    """What the marks of a template stand for in one paper; ``without``: words of which it has no figure."""

    def __init__(self, paper: Paper) -> None:
        self.figures, self.texts, self.villages = figures_of(paper), texts_of(paper), villages_of(paper)
        self.without: list[str] = []

    def of(self, key: str, village: Village | None = None) -> Figure | str:
        """The figure or text of a known key, of the whole or of a village."""
        if key in marks.TEXTS:
            own = {"village": village.name, "state": village.state} if village else {}
            return own.get(key, self.texts.get(key, ""))
        found = (village.figures if village else self.figures).get(key)
        if found is None and not (village and any(key in each.figures for each in self.villages)):
            word = marks.word_of(key)
            self.without += [] if word in self.without else [word]
        return found or NOTHING


def value_of(answer: Figure | str, *, percent: bool) -> Value:
    """What stands in a cell that is only this mark; ``percent``: the cell shows numbers as percentages."""
    if isinstance(answer, str):
        return answer
    if answer.value is None or answer.base == 0:
        return answer.text
    if answer.base is None:
        return answer.value
    return answer.value / answer.base if percent else answer.percent


@dataclass
class Marked:
    """A cell with marks: its text by runs, and the part in which these are written."""

    cell: CellAt
    rich: Rich
    source: bytes = field(repr=False)
    prefix: str = ""

    @property
    def words(self) -> list[str]:
        """What stands in its brackets."""
        return MARK.findall(self.rich.text)

    @property
    def alone(self) -> bool:
        """Whether it is one mark and nothing else."""
        return MARK.fullmatch(self.rich.text.strip()) is not None

    def xml(self, name: str, style: str, prefix: str, say: Callable[[str], Figure | str], *, percent: bool) -> bytes:
        """The cell, filled, under this name and in this style. ``say`` answers the word of a mark."""
        if self.alone:
            return cell_xml(name, style, prefix, value_of(say(self.words[0]), percent=percent))
        texts = replaced([text for _piece, text in self.rich.nodes], lambda word: _text(say(word)))
        if self.prefix != prefix or len(texts) < 2:
            return cell_xml(name, style, prefix, "".join(texts))
        inside = changed_runs(self.rich, self.source, texts, prefix)
        return _cell(name, style, prefix, ' t="inlineStr"', b"<%b>%b</%b>" % _around(prefix, "is", inside))


def cell_xml(name: str, style: str, prefix: str, value: Value) -> bytes:
    """A cell with a number or a text; a text stays one, whatever it looks like."""
    if isinstance(value, str):
        if not value:
            return _cell(name, style, prefix, "", b"")
        inside = b"<%b>%b</%b>" % _around(prefix, "is", text_element(value[:32_000], prefix))
        return _cell(name, style, prefix, ' t="inlineStr"', inside)
    return _cell(name, style, prefix, "", b"<%b>%b</%b>" % _around(prefix, "v", repr(value).encode()))


def replaced(texts: list[str], say: Callable[[str], str]) -> list[str]:
    """The runs of one text with its marks answered; a mark over several runs is answered where it begins."""
    found = list(texts)
    whole = "".join(texts)
    for mark in reversed(list(MARK.finditer(whole))):
        answer: str | None = say(mark[1])
        end = 0
        for index, text in enumerate(texts):
            start, end = end, end + len(text)
            left, right = max(mark.start() - start, 0), min(mark.end() - start, len(text))
            if left < right and start < mark.end() and end > mark.start():
                found[index] = found[index][:left] + (answer or "") + found[index][right:]
                answer = None
    return found


def _text(answer: Figure | str) -> str:
    return answer if isinstance(answer, str) else answer.text


def _cell(name: str, style: str, prefix: str, kind: str, inside: bytes) -> bytes:
    styled = f' s="{style}"' if style.isdigit() else ""
    head = f'<{prefix}c r="{name}"{styled}{kind}'
    return f"{head}/>".encode() if not inside else f"{head}>".encode() + inside + f"</{prefix}c>".encode()


def _around(prefix: str, tag: str, inside: bytes) -> tuple[bytes, bytes, bytes]:
    return f"{prefix}{tag}".encode(), inside, f"{prefix}{tag}".encode()
