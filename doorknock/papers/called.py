"""What a template can call by a mark: the figures and texts of a paper, and the same for each village."""

from __future__ import annotations

from dataclasses import dataclass, field

from doorknock.papers.paper import Cell, Chart, Figure, Paper, Paragraph, Table, Words


@dataclass(frozen=True)
class Village:
    """A row of the paper that stands for a part of its region: its figures by key, and what is said of it."""

    name: str
    figures: dict[str, Figure] = field(default_factory=dict)
    state: str = ""


def figures_of(paper: Paper) -> dict[str, Figure]:
    """The whole paper's figures by key: of its sentences, its total rows, and what it carries beside."""
    found: dict[str, Figure] = {}
    for part in paper.parts():
        if isinstance(part, Paragraph):
            each = [piece for piece in part.pieces if isinstance(piece, Figure)]
        else:
            table = part.table if isinstance(part, Chart) else part
            each = [cell for row in table.rows if row.total for cell in row.cells if isinstance(cell, Figure)]
        for figure in each:
            found.setdefault(figure.key, figure)
    return {figure.key: figure for figure in paper.more} | found


def texts_of(paper: Paper) -> dict[str, str]:
    """Its texts by key, as ``marks.TEXTS`` lists them."""
    body = "\n".join(part.text for part in paper.parts() if isinstance(part, Paragraph))
    return {"title": paper.title, "subtitle": paper.subtitle, "window": paper.subtitle, "body": body} | dict(
        paper.facts
    )


def villages_of(paper: Paper) -> list[Village]:
    """The parts of the region in the paper's own order, each with the figures of all tables it stands in."""
    found: dict[str, Village] = {}
    for table in paper.tables():
        for row in table.rows:
            if row.total or not row.code:
                continue
            village = found.setdefault(row.code, Village(row.name))
            figures = {cell.key: cell for cell in row.cells if isinstance(cell, Figure)}
            found[row.code] = Village(
                village.name, figures | village.figures, village.state or _state(table, row.columns())
            )
    return list(found.values())


def _state(table: Table, cells: list[Cell]) -> str:
    """What is said of it in words: in the place of figures, or in the column that is there for it."""
    for head, cell in zip(table.heads, cells, strict=True):
        if isinstance(cell, Words) and (cell.span > 1 or head.number or head.key == "state"):
            return cell.text
        if head.key == "state" and isinstance(cell, str) and cell:
            return cell
    return ""
