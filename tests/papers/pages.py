"""The macros of reports drawn as a page of the office would draw them, without the office."""

from __future__ import annotations

from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from doorknock.papers.as_page import shown
from doorknock.papers.as_svg import FAMILY, as_svg
from doorknock.papers.paper import Paper
from doorknock.papers.shapes import Drawing
from doorknock.words import _
from tests.databases import ROOT

ENVIRONMENT = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined)
ENVIRONMENT.globals["_"] = _
SVG = "{http://www.w3.org/2000/svg}"
_SHEET = ENVIRONMENT.from_string('{% from "papers/_paper.html" import sheet %}{{ sheet(paper, shown) }}')
_DRAWING = ENVIRONMENT.from_string('{% from "papers/_drawing.html" import draw %}{{ draw(drawing) }}')


def page(paper: Paper) -> str:
    """The sheet's markup."""
    return _SHEET.render(paper=paper, shown=shown(paper))


def markup(drawing: Drawing) -> str:
    """A drawing's."""
    return _DRAWING.render(drawing=drawing)


def picture(paper: Paper) -> str:
    """The file that the picture is made of."""
    return ENVIRONMENT.get_template("papers/picture.svg").render(drawing=as_svg(paper), family=FAMILY)


def words(svg: str) -> list[str]:
    """What a drawing says, line by line."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # made by us
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
