"""Replacing elements in the bytes of a workbook's part: everything else stays as it was, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from doorknock.ooxml import SheetError

TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
"""An opening tag, whatever stands in its quotation marks."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Piece:
    """One element's bytes: from ``start`` up to ``end``."""

    start: int
    end: int


@dataclass
class Rich:
    """A text with its runs: ``nodes`` are its ``t`` elements and their texts, ``aside`` its reading aids."""

    whole: Piece
    nodes: list[tuple[Piece, str]] = field(default_factory=list)
    aside: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for _piece, text in self.nodes)


def opening_of(data: bytes, piece: Piece) -> bytes:
    """An element's opening tag."""
    found = TAG.match(data, piece.start)
    if found is None:
        raise SheetError("damaged")
    return found[0]


def spliced(data: bytes, edits: Iterable[tuple[Piece, bytes]]) -> bytes:
    """The bytes with these pieces replaced; they may touch, not overlap."""
    out, at = [], 0
    for piece, new in sorted(edits, key=lambda edit: (edit[0].start, edit[0].end)):
        out += [data[at : piece.start], new]
        at = piece.end
    return b"".join([*out, data[at:]])


def text_element(text: str, prefix: str) -> bytes:
    """The text as a ``t`` element: as it is, whatever it looks like."""
    said = escape(_ESCAPED.sub("_x005F_", text)).replace("\r", "&#13;")
    return f'<{prefix}t xml:space="preserve">{said}</{prefix}t>'.encode()


def changed_runs(rich: Rich, data: bytes, texts: Iterable[str], prefix: str) -> bytes:
    """The inside of a text with new texts in its runs, without its reading aids."""
    edits = [(piece, text_element(text, prefix)) for (piece, _old), text in zip(rich.nodes, texts, strict=True)]
    edits += [(piece, b"") for piece in rich.aside]
    start = rich.whole.start + len(opening_of(data, rich.whole))
    end = data.rindex(b"</", start, rich.whole.end)
    inside = [(Piece(piece.start - start, piece.end - start), new) for piece, new in edits]
    return spliced(data[start:end], inside)
