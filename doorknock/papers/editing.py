"""Words round protected figures: a paragraph as text to type in, and what was typed taken back as a paragraph.

In the text each figure stands as a mark, 〔今日走访〕. Marks may be moved; none may be left out, doubled or replaced by
a number. A paragraph that holds figures takes no new number by hand, for nobody could tell it from a counted one.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from doorknock.errors import Refused
from doorknock.papers import marks
from doorknock.papers.legible import legible
from doorknock.papers.paper import MARK, Figure, Paragraph
from doorknock.words import _, joined

LONGEST = 2000
"""Signs that a paragraph may have."""

_ALIKE = str.maketrans(dict.fromkeys("﹝❲⟮〘【[［〖", "〔") | dict.fromkeys("﹞❳⟯〙】]］〗", "〕"))
_BRACKETED = re.compile(r"([〔﹝❲⟮〘【\[［〖])([^〔〕﹝﹞❲❳⟮⟯〘〙【】\[\]［］〖〗]{1,60})([〕﹞❳⟯〙】\]］〗])")
_NUMBER = re.compile(r"\d+(?:[,.:]\d+)*%?")
_GOES_ON = {*"0123456789%‰十百千万亿"}
_PLAIN = re.compile(
    r"(?<!\d)(?<!\d[.,:])(?:\d{4}年|\d{1,2}月(?:\d{1,2}日)?|\d{1,2}日|\d{1,2}:\d{2}|96110|12381|110)(?![\d%]|[.,:]\d)"
)
"""Numbers that anybody may type: days, times, the numbers for help."""


def marked(paragraph: Paragraph) -> str:
    """The paragraph as text, each figure as its mark: ``edit`` gives the same paragraph back."""
    names = _names(paragraph)
    return "".join(_mark(next(names)[0]) if isinstance(each, Figure) else each for each in paragraph.pieces)


def edit(paragraph: Paragraph, new_text: str) -> Paragraph:
    """The paragraph with these words, every figure in it as it was; Refused with a plain sentence otherwise."""
    if new_text == marked(paragraph):
        return paragraph
    if len(new_text) > LONGEST:
        raise Refused(_("这一段太长了，最多 %(most)s 个字。请分成几段。", most=LONGEST))
    figures = dict(_names(paragraph))
    by_fold = {marks.folded(name): name for name in figures}
    text = _BRACKETED.sub(lambda found: _straight(found, by_fold), legible(new_text).strip())
    _refuse_wrong_marks(text, figures)
    pieces: list[str | Figure] = []
    for index, part in enumerate(MARK.split(text)):
        if index % 2 and part in figures:
            pieces.append(figures[part])
        elif index % 2:
            pieces.append(_mark(part))
        else:
            pieces.append(part)
    if figures:
        _refuse_new_numbers(paragraph, pieces)
        _refuse_touching(pieces)
    return Paragraph(tuple(_together(pieces)))


def _mark(name: str) -> str:
    return f"〔{name}〕"


def _names(paragraph: Paragraph) -> Iterator[tuple[str, Figure]]:
    """The name of each figure's mark, in order; of two with one word the second has a number."""
    taken: set[str] = set()
    for figure in paragraph.pieces:
        if isinstance(figure, Figure):
            word = name = marks.word_of(figure.key)
            while name in taken:
                name = f"{word}{len(taken) + 1}"
            taken.add(name)
            yield name, figure


def _straight(found: re.Match[str], by_fold: dict[str, str]) -> str:
    """A mark typed with other brackets, blanks or width as the mark; other brackets stay as they are."""
    name = by_fold.get(marks.folded(found[2]))
    if name is not None:
        return _mark(name)
    known = marks.key_of(found[2]) is not None
    return found[0].translate(_ALIKE) if known else found[0]


def _refuse_wrong_marks(text: str, figures: dict[str, Figure]) -> None:
    found = Counter(MARK.findall(text))
    rest = MARK.sub("", text)
    wrong = [_missing(name, figure, rest) for name, figure in figures.items() if not found[name]]
    if twice := [_mark(name) for name in figures if found[name] > 1]:
        wrong.append(_("%(marks)s写了两次，请只留一个。", marks=joined(twice)))
    if strange := [_mark(name) for name in found if name not in figures and not _is_year(name)]:
        wrong.append(_("这一段里没有%(marks)s这个数，请删掉它。", marks=joined(strange)))
    if not set(_mark("")).isdisjoint(rest):
        wrong.append(_("括号〔〕不成对，请照原来的样子写。"))
    if wrong:
        raise Refused(*wrong)


def _missing(name: str, figure: Figure, rest: str) -> str:
    typed = _numbers(rest)
    said = next((number for number in _numbers(figure.text) if number in typed), "")
    if said:
        return _("〔%(name)s〕成了手打的 %(said)s。请改回〔%(name)s〕，数字由系统填。", name=name, said=said)
    return _("少了〔%(name)s〕。数字可以挪地方，不能删掉。", name=name)


def _is_year(name: str) -> bool:
    """〔2026〕, as in the number of a document."""
    return name.isascii() and name.isdigit()


def _refuse_new_numbers(paragraph: Paragraph, pieces: list[str | Figure]) -> None:
    before = Counter(_numbers("\0".join(each for each in paragraph.pieces if isinstance(each, str))))
    typed = Counter(_numbers("\0".join(each for each in pieces if isinstance(each, str))))
    if new := list(typed - before):
        raise Refused(
            _(
                "这一段的数字由系统填，不能手打 %(numbers)s。要写别的数字，请另起一段。",
                numbers=joined(number[:20] for number in new[:3]),
            )
        )


def _refuse_touching(pieces: list[str | Figure]) -> None:
    together = list(_together(pieces))
    for before, after in itertools.pairwise(together):
        if _ends_in_number(before) and _begins_with_number(after):
            raise Refused(_("两个数字挨在一起会看错，请在〔〕前后写上字。"))


def _ends_in_number(piece: str | Figure) -> bool:
    return isinstance(piece, Figure) or unicodedata.normalize("NFKC", piece[-1:]).isdigit()


def _begins_with_number(piece: str | Figure) -> bool:
    """Or with what would make another number of the one before it."""
    return isinstance(piece, Figure) or unicodedata.normalize("NFKC", piece[:1])[:1] in _GOES_ON


def _numbers(text: str) -> list[str]:
    """The numbers in a text that are no day, no time and no number for help; width and thousands do not matter."""
    plain = _PLAIN.sub("\0", unicodedata.normalize("NFKC", text))
    return [number.replace(",", "") for number in _NUMBER.findall(plain)]


def _together(pieces: list[str | Figure]) -> Iterator[str | Figure]:
    """Texts beside each other as one, empty ones left out."""
    waiting = ""
    for each in pieces:
        if isinstance(each, str):
            waiting += each
            continue
        if waiting:
            yield waiting
        waiting = ""
        yield each
    if waiting:
        yield waiting
