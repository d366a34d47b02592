"""Fills a .docx template with what ``as_docx`` hands over. Also a program of its own, which imports nothing of ours.

What an office uploads is filled in a process without our settings and with little time and memory, because the library
that reads the marks searches by patterns whose time grows with the square of what a hostile file holds. And of the
template language only this is understood, whoever wrote it: a name, a name of a part, ``for`` over these, ``if``. No
call, no filter, no arithmetic; a loop inside a loop walks what the outer one is at. So what comes out is never longer
than the template times the paper.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

BY_CONTENT = "列宽随内容"
"""The description of a table whose columns become as wide as their content asks for."""
SECONDS = 4
MEMORY = 512 * 2**20
MOST_LOOPS = 40
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WIDEST, _PADDING = 14.0, 0.8
"""In ems: a column beyond this wraps; what the sides of a cell take."""
_TAGS = re.compile("<[^>]*>")
_BRACKETED = re.compile("【((?:<[^>]*>|[^【】<]){1,2000})】")
_BETWEEN = re.compile(r"</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.And, nodes.Or, nodes.Not,
    nodes.Compare, nodes.Operand,
)  # fmt: skip

Context = Mapping[str, Any]


class NotFilled(Exception):
    """A template is refused: ``why`` is "code" or "name", ``what`` the word of the template that it is about."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why, what)
        self.why, self.what = why, what[:60]


def fill(template: bytes, context: Context, aside: str) -> tuple[bytes, list[str]]:
    """The filled document, and what stood in 【】 and is no mark; NotFilled where the template asks for more.

    【今日走访】 and {{今日走访}} mean the same; ``aside``: the pattern of what does not matter in a mark.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    for registry in (environment.globals, environment.filters, environment.tests):
        registry.clear()
    document = _Document(template, context, re.compile(aside))
    try:
        document.render(dict(context), environment)
    except TemplateError as error:
        raise NotFilled("code", str(getattr(error, "message", ""))) from error
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), document.left


class _Document(DocxTemplate):  # type: ignore[misc]
    """The library's, with our marks, and with nothing rendered that was not looked at before."""

    def __init__(self, template: bytes, context: Context, aside: re.Pattern[str]) -> None:
        super().__init__(io.BytesIO(template))
        self.names, self.aside, self.left = set(context), aside, list[str]()

    def patch_xml(self, src_xml: str) -> str:
        """Also 【今日走访】 becomes a name, in how many runs it may lie."""
        patched: str = super().patch_xml(_BRACKETED.sub(self._named, src_xml))
        return patched

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        """Looks at what is to be rendered first."""
        _Look(self.names).template(jinja_env.parse(src_xml))
        rendered: str = super().render_xml_part(src_xml, part, context, jinja_env)
        return rendered

    def fix_tables(self, xml: str) -> Any:
        """Also widths by content, which not every program works out by itself."""
        tree = super().fix_tables(xml)
        for table in tree.iter(_W + "tbl"):
            told = table.find(f"{_W}tblPr/{_W}tblDescription")
            if told is not None and told.get(_W + "val") == BY_CONTENT:
                _widen(table)
        return tree

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The document's title is the paper's; nobody else's words stand in its properties."""
        properties = self.docx.core_properties
        properties.title, properties.author, properties.comments = str(context["标题"])[:255], "", ""

    def _named(self, found: re.Match[str]) -> str:
        word = self.aside.sub("", unicodedata.normalize("NFKC", _TAGS.sub("", found[1])))
        if word in self.names:
            return "{{" + word + "}}"
        self.left.append(word[:60])
        return found[0]


def _widen(table: Any) -> None:
    """Shares the table's width out by the longest line of each column; heads may take two lines."""
    columns = table.findall(f"{_W}tblGrid/{_W}gridCol")
    needs = [2.2] * len(columns)
    for number, row in enumerate(table.iter(_W + "tr")):
        cells = row.findall(_W + "tc")
        if len(cells) != len(columns):
            continue  # words over several columns
        for index, cell in enumerate(cells):
            need = _longest(cell) if number else _longest(cell) / 2 + 0.5
            needs[index] = max(needs[index], min(need, _WIDEST))
    whole = sum(int(column.get(_W + "w")) for column in columns)
    for column, need in zip(columns, needs, strict=True):
        column.set(_W + "w", str(int(whole * (need + _PADDING) / (sum(needs) + _PADDING * len(needs)))))


def _longest(cell: Any) -> float:
    """How many ems the longest line of a cell takes."""
    lines = [0.0]
    for part in cell.iter(_W + "t", _W + "br"):
        if part.tag == _W + "br":
            lines.append(0.0)
        else:
            lines[-1] += sum(1 if sign > "\u2e7f" else 0.55 for sign in part.text or "")
    return max(lines)


class _Look:
    """Reads a parsed template and refuses whatever is more than names, loops over them and conditions."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.loops = 0

    def template(self, node: nodes.Node) -> None:
        """NotFilled for the first thing that is not allowed."""
        self._each(node, {})

    def _each(self, node: nodes.Node, inside: dict[str, bool]) -> None:
        """``inside``: the variables of loops, and whether each is that of the innermost."""
        if isinstance(node, nodes.For):
            self._loop(node, inside)
            return
        if isinstance(node, nodes.Name | nodes.Getattr):
            self._path(node, inside)
            return
        if not isinstance(node, _PLAIN) or (isinstance(node, nodes.Operand) and node.op not in ("eq", "ne")):
            raise NotFilled("code", type(node).__name__)
        for child in node.iter_child_nodes():
            self._each(child, inside)

    def _loop(self, node: nodes.For, inside: dict[str, bool]) -> None:
        self.loops += 1
        if self.loops > MOST_LOOPS or node.test or node.recursive or not isinstance(node.target, nodes.Name):
            raise NotFilled("code", "for")
        root = self._path(node.iter, inside)
        if inside and not inside.get(root):
            raise NotFilled("code", "for")
        within = dict.fromkeys(inside, False) | {node.target.name: True}
        for child in [*node.body, *node.else_]:
            self._each(child, within)

    def _path(self, node: nodes.Node, inside: dict[str, bool]) -> str:
        """The name that a path such as ``a.b.c`` begins with."""
        while isinstance(node, nodes.Getattr):
            if node.attr.startswith("_") or node.attr.isascii():
                raise NotFilled("code", node.attr)
            node = node.node
        if not isinstance(node, nodes.Name):
            raise NotFilled("code", type(node).__name__)
        if node.name not in self.names and node.name not in inside:
            raise NotFilled("name", node.name)
        return node.name


def main() -> int:
    """Reads a line of JSON and a template, writes a line of JSON and, where it was filled, the document."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.loads(sys.stdin.buffer.readline())
    told: dict[str, Any]
    try:
        document, left = fill(sys.stdin.buffer.read(), asked["context"], asked["aside"])
        told = {"left": left}
    except NotFilled as refused:
        document, told = b"", {"why": refused.why, "what": refused.what}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
