"""更正: another version of a report, with its reason. Texts may change, figures never do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from doorknock import audit, clock
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.papers.editing import edit, marked
from doorknock.papers.keeping import to_json
from doorknock.papers.paper import Block, Chart, Figure, Paper, Paragraph, Section, Table
from doorknock.reports.models import Report, ReportVersion, versions
from doorknock.words import _

REASON = (2, 60)
"""Signs of a reason, at least and at most."""


def texts(paper: Paper) -> list[tuple[str, list[str]]]:
    """The paper's paragraphs as texts to type in, under their headings ("" for those of no section)."""
    found: list[tuple[str, list[str]]] = []
    for block in paper.blocks:
        if isinstance(block, Section):
            found.append((block.heading, [marked(each) for each in block.blocks if isinstance(each, Paragraph)]))
        elif isinstance(block, Paragraph):
            if not found or found[-1][0]:
                found.append(("", []))
            found[-1][1].append(marked(block))
    return found


def correct(of: Report, number: int, said: Sequence[Sequence[str]], *, reason: str, by: str) -> ReportVersion:
    """A new version that says this: per part of ``texts`` its paragraphs, and perhaps more of them at its end.

    Refused where a figure was touched, no reason is given, nothing has changed, or ``number`` is not the last version.
    """
    before, reason = versions(of)[0], " ".join(reason.split())
    if before.number != number:
        raise Refused(_("这一份刚才有人更正过。请看新的一版，再改。"))
    if not REASON[0] <= len(reason) <= REASON[1]:
        raise Refused(_("请写更正的原因，%(least)s 到 %(most)s 个字。", least=REASON[0], most=REASON[1]))
    papers = {name: before.paper(masked=name == "masked") for name in ("whole", "masked") if getattr(before, name)}
    changed = {name: _rewritten(paper, said) for name, paper in papers.items()}
    if changed == papers:
        raise Refused(_("文字没有改动，不用存。"))
    row = ReportVersion(
        county=of.county, report_id=of.id, number=number + 1, made_at=clock.now(), reason=reason,
        whole=to_json(changed["whole"]) if "whole" in changed else None,
        masked=to_json(changed["masked"]) if "masked" in changed else None,
    )  # fmt: skip
    db.session.add(row)
    audit.record("report.correct", of.region_code, by=by, subject=of.id, kind=of.kind, version=row.number)
    return row


def _rewritten(paper: Paper, said: Sequence[Sequence[str]]) -> Paper:
    parts = iter(said)
    if not any(isinstance(block, Section) for block in paper.blocks):
        return replace(paper, blocks=tuple(_blocks(paper.blocks, next(parts, ()))))
    return replace(paper, blocks=tuple(
        replace(block, blocks=tuple(_blocks(block.blocks, next(parts, ())))) if isinstance(block, Section) else block
        for block in paper.blocks
    ))  # fmt: skip


def _blocks(blocks: Sequence[Block], said: Sequence[str]) -> Iterator[Paragraph | Table | Chart]:
    """The blocks with these texts for their paragraphs, in order; what is said beyond them comes last."""
    left = iter(said)
    for block in blocks:
        if not isinstance(block, Paragraph):
            assert not isinstance(block, Section)  # noqa: S101  # narrows the type only
            yield block
            continue
        text = next(left, None)
        if text is None:
            yield block
        elif text.strip() or any(isinstance(piece, Figure) for piece in block.pieces):
            yield edit(block, text.replace("\r\n", "\n").strip())
    yield from (edit(Paragraph(("",)), text.strip()) for text in left if text.strip())
