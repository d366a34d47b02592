"""The county's own workbook with its marks filled: 【今日走访】 in a cell becomes the figure.

Three ways to write a mark:

- 【今日走访】 in a cell, alone or within a sentence: the figure of the whole paper.
- A row that holds 【村】: filled for the first village, then again in the blank rows below, one for each.
- 【各村今日走访】 over a column: filled below, beside the names of villages that stand there already.

Nothing is inserted and nothing moves: the package's XML is edited where a mark stands, all else stays byte for byte, so
that styles, merged cells, formulas, drawings and the print set-up are what the county made them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorknock.errors import Problem
from doorknock.ooxml import Package, Relations, SheetError
from doorknock.papers import marks, templates
from doorknock.papers.paper import Paper
from doorknock.papers.sheet_cells import MARK, Answers, percents
from doorknock.papers.sheet_parts import MOST_CELLS, Grid, Strings
from doorknock.papers.sheet_plan import SheetPlan
from doorknock.sheets import Book
from doorknock.words import _

KIND = ".xlsx"
_OUTSIDE = re.compile(r"xl/(drawings|charts|comments|threadedcomments|tables|diagrams).*\.(xml|vml)", re.IGNORECASE)
"""Parts with words that are in no cell."""
_TAGS = re.compile("<[^>]*>")
_CALC = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)/?>(?:</(?:\w+:)?calcPr>)?")
_ON_LOAD = re.compile(rb"""\s+fullCalcOnLoad=("[^"]*"|'[^']*')""")
_BEFORE_CALC = re.compile(
    rb"</((?:\w+:)?)(?:definedNames|externalReferences|functionGroups|sheets)>|<((?:\w+:)?)definedNames\s*/>"
)
_MOST_SAID = 8


@dataclass(frozen=True)
class Filled:
    """The workbook; ``without`` are the words of marks that this paper has no figure for: they print —."""

    data: bytes
    without: list[str] = field(default_factory=list)


def fill(template: bytes, paper: Paper) -> Filled:
    """The template with the paper's figures; Problem "bad_template", saying what and where, before any is written."""
    try:
        return _fill(template, paper)
    except SheetError as error:
        raise templates.refused(error.code, KIND) from error


def _fill(template: bytes, paper: Paper) -> Filled:
    package, main = templates.opened(template, KIND)
    answers = Answers(paper)
    plans = _plans(package, main, answers)
    for plan in plans.values():
        plan.look()
    _refuse([*(each for plan in plans.values() for each in plan.wrong), *_outside(package, plans)])
    if not any(plan.marked for plan in plans.values()):
        raise Problem("bad_template", _("模板里一个记号也没有。请在格子里写上，例如【今日走访】。"))
    for plan in plans.values():
        plan.plan()
    _refuse([each for plan in plans.values() for each in plan.wrong])
    changed = {part: plan.filled() for part, plan in plans.items()}
    changed[main] = _recalculated(_read(package, main))
    return Filled(package.with_parts(_by_own_names(package, changed)), answers.without)


def _plans(package: Package, main: str, answers: Answers) -> dict[str, SheetPlan]:
    """Every worksheet by its part."""
    relations = Relations(package, main)
    part = relations.first("/sharedStrings")
    strings = Strings(_read(package, part)) if part else None
    shown = percents(package, relations.first("/styles"))
    listed = [
        (name, relations.targets[link][1])
        for name, _hidden, link in Book(package, main).listed
        if relations.targets.get(link, ("", ""))[0].endswith("/worksheet")
    ]
    found: dict[str, SheetPlan] = {}
    room = MOST_CELLS
    for name, sheet in listed:
        data = _read(package, sheet)
        grid = Grid(data, room)
        room = grid.room
        found[sheet] = SheetPlan(name if len(listed) > 1 else "", data, grid, strings, answers, shown)
    return found


def _read(package: Package, part: str) -> bytes:
    return b"".join(package.pieces(part))


def _outside(package: Package, plans: dict[str, SheetPlan]) -> list[str]:
    """Marks where none is filled: said, not left to be sent."""
    texts = [plan.data[plan.grid.data_end :] for plan in plans.values()]
    texts += [_read(package, name) for name in package.names() if _OUTSIDE.fullmatch(name)]
    said = [text.decode("utf-8", "replace") for text in texts]
    words = [word for text in said for each in (text, _TAGS.sub("", text)) for word in MARK.findall(each)]
    known = dict.fromkeys(word for word in words if marks.key_of(word) or marks.of_each(word))
    return [_("【%(word)s】写在文本框、页眉、批注、图表或表格样式的列名里，请写到格子里", word=word) for word in known]


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = _("；还有 %(count)s 处", count=len(wrong) - _MOST_SAID) if len(wrong) > _MOST_SAID else ""
        raise Problem("bad_template", _("%(wrong)s。", wrong=_("；").join(wrong[:_MOST_SAID]) + more))


def _recalculated(book: bytes) -> bytes:
    """The workbook's part, telling its program to work out every formula when it opens the file."""
    found = _CALC.search(book)
    if found:
        kept = _ON_LOAD.sub(b"", found[2])
        return book[: found.start()] + b'<%bcalcPr%b fullCalcOnLoad="1"/>' % (found[1], kept) + book[found.end() :]
    last = max(_BEFORE_CALC.finditer(book), key=lambda each: each.end(), default=None)
    if last is None:
        raise SheetError("damaged")
    return book[: last.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % (last[1] or last[2] or b"") + book[last.end() :]


def _by_own_names(package: Package, changed: dict[str, bytes]) -> dict[str, bytes]:
    """By the names that the zip has: relations may write them in other cases."""
    own = {name.lower(): name for name in package.names()}
    return {own[part.lower()]: content for part, content in changed.items()}
