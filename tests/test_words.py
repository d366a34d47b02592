"""Every word that people read passes through gettext, and the catalogue for translators holds it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import Environment

from doorknock import create_app
from doorknock.words import _, joined, lazy

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "doorknock"
TEMPLATES = ROOT / "templates"
PYTHON = [p for p in sorted(HOUSE.rglob("*.py")) if "demo" not in p.parts]
"""All but the demo, whose village is invented in Chinese and prints its logins to developers."""
PAGES = sorted(TEMPLATES.rglob("*.html"))
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NOT_SAID = {
    "campaigns/models.py": {"DEFAULT_TEXT", "MATERIALS"},  # kept in the database, and the village's own to change
    "cells.py": {"_PLACEHOLDER"},  # number formats in workbooks
    "coverage/commands.py": {"coverage"},  # what `--help` says of a group of commands, before there is an app
    "people/commands.py": {"people", "phones"},
    "places/commands.py": {"roster_group", "places_group"},
    "privacy/commands.py": {"privacy"},
    "exports/commands.py": {"exports"},
    "reports/commands.py": {"reports"},
    "sync/commands.py": {"sync"},
    "papers/as_docx.py": {"_context", "_blocks", "_table", "_cells"},  # names that Word templates call
    "papers/as_text.py": {"_END", "_STOP", "_STOPS", "_WIDE"},  # stops, as they are found and written
    "papers/as_xlsx.py": {"_formats"},  # a font
    "papers/editing.py": {"_ALIKE", "_BRACKETED", "_GOES_ON", "_PLAIN", "_mark"},
    "papers/filling.py": {"BY_CONTENT", "_BRACKETED", "_Document"},
    "papers/marks.py": {"_SPANS", "_MADE", "_STANDING", "_TEXTS", "_EACH", "_KEYS", "ASIDE"},  # as templates say it
    "papers/paper.py": {"MARK"},
    "papers/shapes.py": {"_NEVER_FIRST", "_NEVER_LAST"},
    "papers/sheet_cells.py": {"MARK"},
    "papers/sheet_plan.py": {"_OFFICE"},  # what villages are called
    "tabular.py": {"_SIGNS", "_NUMBER"},  # what spreadsheets take for a formula, a number or a day
    "places/columns.py": {"_WORDS", "_HEADCOUNT", "_PRIVATE", "_BRACKETED", "_TOTAL", "_NOTE", "_labels"},
    "places/fields.py": {"_KINDS", "_NOTHING", "_IS_WIDE", "_ADULTS", "_BETWEEN_PHONES"},
    "places/pinyin.py": {"SURNAMES", "COMPOUND", "_of"},  # readings of names, as the above are words of rosters
}
"""Per file, the top-level names in whose Chinese nobody is spoken to: it is read, compared or kept."""


def bare_in_page(source: str) -> list[str]:
    """The Chinese of a template that stands neither in ``_('…')`` nor in ``{% trans %}``."""
    found = []
    before: list[str] = ["", ""]
    inside = False
    for _line, kind, value in Environment(autoescape=True).lex(source):
        if kind in ("whitespace", "comment"):
            continue
        if before[-1].startswith("{%") and value in ("trans", "endtrans"):
            inside = value == "trans"
        said = inside if kind == "data" else before == ["_", "("]
        if kind in ("data", "string") and CHINESE.search(value) and not said:
            found.append(value.strip())
        before = [before[-1], value]
    return found


def bare_in_python(source: str) -> Iterator[tuple[str, str]]:
    """(top-level name, text) of the Chinese in a module that is no docstring and no argument of ``_`` or ``lazy``."""
    for top in ast.parse(source).body:
        passed = {id(text) for node in ast.walk(top) for text in _passed(node)}
        for node in ast.walk(top):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in passed else None
            if isinstance(text, str) and CHINESE.search(text):
                yield _name(top), text


def _passed(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Expr):
        return [node.value]
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "lazy")
    return node.args[:1] if isinstance(node, ast.Call) and called else []


def _name(top: ast.stmt) -> str:
    if isinstance(top, ast.FunctionDef | ast.ClassDef):
        return top.name
    target = top.targets[0] if isinstance(top, ast.Assign) else top.target if isinstance(top, ast.AnnAssign) else top
    return target.id if isinstance(target, ast.Name) else ""


@pytest.mark.parametrize(
    "planted",
    [
        "<p>没有人</p>",
        '<p title="没有人">{{ n }}</p>',
        '<p>{{ n or "没有人" }}</p>',
        "{% trans %}有人{% endtrans %}没有人",
        "{{ _('有人') or '没有人' }}",
        "{% set rail = '没有人' %}",
    ],
)
def test_a_word_planted_in_a_page_is_found(planted: str) -> None:
    assert any("没有人" in text for text in bare_in_page(planted))


def test_what_a_page_says_properly_and_its_comments_are_not_found() -> None:
    said = '{# 注 #}<p title="{{ _(\'标题\') }}">{% trans n=1 %}第 {{ n }} 页{% endtrans %}{{ _("好") }}</p>'
    assert bare_in_page(said) == []


@pytest.mark.parametrize("planted", ['X = "没有人"', 'def f(n):\n    return f"没有人 {n}"', 'say(_(f"没有人 {n}"))'])
def test_a_word_planted_in_a_module_is_found(planted: str) -> None:
    assert any("没有人" in text for _top, text in bare_in_python(planted))


def test_docstrings_and_what_passes_gettext_are_not_found() -> None:
    said = '"""注."""\nX = lazy("常数")\n\n\ndef f(n):\n    """注."""\n    return _("第 %(n)s 页", n=n)'
    assert list(bare_in_python(said)) == []


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(TEMPLATES)) for p in PAGES])
def test_every_word_of_a_page_passes_through_gettext(path: Path) -> None:
    assert bare_in_page(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PYTHON, ids=[str(p.relative_to(HOUSE)) for p in PYTHON])
def test_every_word_of_a_module_passes_through_gettext(path: Path) -> None:
    allowed = NOT_SAID.get(path.relative_to(HOUSE).as_posix(), set())
    found = bare_in_python(path.read_text(encoding="utf-8"))
    assert [(top, text) for top, text in found if top not in allowed] == []


def test_what_need_not_pass_is_still_there() -> None:
    for name, tops in NOT_SAID.items():
        assert tops == {top for top, _text in bare_in_python((HOUSE / name).read_text(encoding="utf-8"))}, name


def test_the_catalogue_for_translators_is_the_one_that_the_sources_give(tmp_path: Path) -> None:
    made = tmp_path / "words.pot"
    subprocess.run([ROOT / "scripts" / "words", made], check=True)
    kept = ROOT / "docs" / "words.pot"
    assert made.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), "run scripts/words"


def test_slots_of_a_source_can_be_filled() -> None:
    with (ROOT / "docs" / "words.pot").open("rb") as file:
        sources = [str(message.id) for message in read_po(file) if message.id]
    assert "总览" in sources
    assert "没有 %(username)s 这个人。" in sources
    for source in sources:
        slots = re.findall(r"%\((\w+)\)s", source)
        assert "%" not in re.sub(r"%\(\w+\)s|%%", "", source), source
        assert source % dict.fromkeys(slots, "x"), source


def test_without_an_app_the_source_itself_is_said() -> None:
    assert _("第 %(n)s 页", n=3) == "第 3 页"
    assert _("100%") == "100%"
    assert f"{lazy('总览')}{joined(['甲', '乙'])}" == "总览甲、乙"


@pytest.fixture
def english(settings: dict[str, object], tmp_path: Path) -> Flask:
    """The application with a small English catalogue."""
    words = Catalog(locale="en")
    words.add("工作台登录", "Office login")
    words.add("没有找到这一页。", "There is no such page.")
    words.add("%(name)s·户表", "Roster of %(name)s")
    words.add("总览", "Overview <1>")
    path = tmp_path / "words" / "en" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, words)
    return create_app(settings | {
        "BABEL_DEFAULT_LOCALE": "en", "BABEL_TRANSLATION_DIRECTORIES": str(tmp_path / "words"),
    })  # fmt: skip


def test_another_language_follows_from_a_catalogue_alone(english: Flask) -> None:
    client = english.test_client()
    assert "<h1>Office login</h1>" in client.get("/login").text
    assert "There is no such page." in client.get("/nowhere").text
    assert client.get("/login").text.count("密码") > 0, "what is not translated yet stays in Chinese"


def test_a_constant_is_said_in_the_language_of_the_moment(english: Flask) -> None:
    word = lazy("总览")
    assert str(word) == "总览"
    with english.test_request_context():
        assert (str(word), f"{word}", word.format()) == ("Overview <1>",) * 3
        assert joined([word, word]) == "Overview <1>、Overview <1>"
        page = english.jinja_env.from_string("{% autoescape true %}{{ word }}{% endautoescape %}").render(word=word)
        assert page == "Overview &lt;1&gt;"


def test_a_value_in_a_sentence_is_escaped_in_every_language(english: Flask) -> None:
    source = "{% autoescape true %}{% trans name=name %}{{ name }}·户表{% endtrans %}{% endautoescape %}"
    with english.test_request_context():
        assert english.jinja_env.from_string(source).render(name="<村>") == "Roster of &lt;村&gt;"
