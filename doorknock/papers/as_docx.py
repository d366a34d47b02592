"""A paper as a Word document, from our template or from the office's own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from doorknock.config import ROOT
from doorknock.errors import Problem
from doorknock.papers import filling, marks, templates
from doorknock.papers.called import figures_of, texts_of
from doorknock.papers.paper import (
    NOTHING,
    Block,
    Cell,
    Chart,
    Figure,
    Head,
    Paper,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    said,
)
from doorknock.words import _

OURS = Path(ROOT) / "templates" / "papers" / "paper.docx"
"""Made by ``scripts/report_template``; offices may download, change and upload it."""
_PATIENCE = 3 * filling.SECONDS
_MOST_BYTES = 30 * 2**20


def as_docx(paper: Paper, template: bytes | None = None) -> bytes:
    """The .docx; with the office's own ``template`` Problem "bad_template" where that cannot be filled."""
    context = _context(paper)
    if template is None:
        return filling.fill(OURS.read_bytes(), context, marks.ASIDE)[0]
    templates.opened(template, ".docx")
    told, document = _apart(template, {"context": context, "aside": marks.ASIDE})
    if "why" in told:
        raise _not_filled(str(told["why"]), str(told["what"]))
    for word in told["left"]:
        if (near := marks.like(word)) is not None:
            raise _not_filled("name", word, near)
    return document


def check(template: bytes) -> None:
    """Problem "bad_template" for what ``as_docx`` would not take as a template."""
    row = Row((_("全镇"), Figure("day.visits", 1)))
    table = Table("", (Head(_("村"), number=False), Head(_("走访"))), (row,))
    section = Section(_("数据成效"), (Paragraph((_("走访"), Figure("day.visits", 1))), table))
    as_docx(Paper("daily", "", _("日报"), "", (section,)), template)


def _apart(template: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the program of ``filling`` tells, run by itself: without our settings, for some seconds, in some memory."""
    command = [sys.executable, "-I", str(Path(filling.__file__))]
    question = json.dumps(asked).encode() + b"\n" + template
    try:
        done = subprocess.run(  # noqa: S603  # our own program, by its path
            command, input=question, capture_output=True, timeout=_PATIENCE, check=True, env={"LANG": "C.UTF-8"}
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise _not_filled("broken") from error
    head, _line, document = done.stdout.partition(b"\n")
    if len(document) > _MOST_BYTES:
        raise _not_filled("broken")
    return json.loads(head), document


def _not_filled(why: str, what: str = "", near: str | None = None) -> Problem:
    if why == "name":
        near = near or marks.like(what)
        told = _("模板里有不认识的记号：%(word)s。", word=what)
        return Problem("bad_template", told + (_("是不是 %(word)s？", word=near) if near else ""))
    if why == "code":
        return Problem("bad_template", _("花括号里只能写记号，不能写别的（%(what)s）。请照下载的模板改。", what=what))
    return Problem("bad_template", _("这个模板填不进去：太复杂，或者坏了。请从下载的模板改起。"))


def _context(paper: Paper) -> dict[str, Any]:
    """What a template may name."""
    figures, texts = figures_of(paper), texts_of(paper)
    named: dict[str, Any] = {
        marks.folded(word): figures[key].text if key in figures else NOTHING for key, word in marks.FIGURES.items()
    }
    named |= {marks.folded(word): texts.get(key, "") for key, word in marks.TEXTS.items()}
    return named | {
        "内容": list(_blocks(paper.blocks)), "落款": list(paper.signed), "附注": list(paper.notes),
    }  # fmt: skip


def _blocks(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if isinstance(block, Section):
            yield {"样": "题", "字": block.heading}
            yield from _blocks(block.blocks)
        elif isinstance(block, Paragraph):
            yield {"样": "段", "字": block.text}
        elif isinstance(block, Chart):
            yield _table(block.table, block.title)
        else:
            yield _table(block, block.caption)


def _table(table: Table, title: str) -> dict[str, Any]:
    rows = [{"总": row.total, "格": list(_cells(row, table.heads))} for row in table.rows]
    heads = [{"字": head.text, "列": 1, "数": head.number} for head in table.heads]
    return {"样": "表", "字": title, "头": heads, "行": rows}


def _cells(row: Row, heads: tuple[Head, ...]) -> Iterator[dict[str, Any]]:
    for column, cell in row.placed():
        span = cell.span if isinstance(cell, Words) else 1
        yield {"字": _in_cell(cell), "列": span, "数": heads[column].number and not isinstance(cell, Words)}


def _in_cell(cell: Cell) -> str:
    """A rate takes two lines in a cell."""
    return f"{cell.percent}\n{cell.counts}" if isinstance(cell, Figure) and cell.counts else said(cell)
