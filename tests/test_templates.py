"""Pages are text with words put in: nothing is built inside a script, and nobody else's address stands on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.databases import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = [
    path for folder in ("phone", "office", "shared") for path in sorted((ROOT / "static" / folder).rglob("*.js"))
]
STYLES = sorted((ROOT / "static" / "style").rglob("*.css"))
BUILT_IN = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+\s*=|\shx-on|javascript:|\|\s*safe\b|autoescape\s+false", re.I)
"""What would take words into a script or let them through as they are."""
ADDRESS = re.compile(r"(?:https?|wss?):(?:\\?/){2}([\w.-]+)")
NO_HOST = {"www.w3.org", "phone.invalid"}
"""Names of XML's own and of no host at all."""


def broken(words: str) -> Iterator[str]:
    yield from BUILT_IN.findall(words)
    yield from (each for each in re.findall(r"tojson[^}]*", words) if "forceescape" not in each)


def test_no_template_writes_into_a_script_or_lets_a_word_through_unescaped() -> None:
    found = {path.name: list(broken(path.read_text(encoding="utf-8"))) for path in TEMPLATES}
    assert len(TEMPLATES) > 50
    assert {name: wrong for name, wrong in found.items() if wrong} == {"shell.html": ["| safe"]}, (
        "a QR code, drawn by us"
    )
    assert "{{ qr | safe }}" in (ROOT / "templates" / "phone" / "shell.html").read_text(encoding="utf-8")
    house = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "doorknock").rglob("*.py")))
    assert not re.search(r"\bMarkup\(|render_template_string", house)


def test_no_page_or_script_of_ours_names_another_host() -> None:
    for path in (*TEMPLATES, *SCRIPTS, *STYLES, ROOT / "static" / "manifest.webmanifest"):
        assert set(ADDRESS.findall(path.read_text(encoding="utf-8"))) <= NO_HOST, path


def test_the_check_finds_what_it_looks_for() -> None:
    planted = (
        "<script>let x = {{ name }}</script>", '<p onclick="go()">', "{{ name|safe }}", "<div data-x='{{ x|tojson }}'>",
        "{% autoescape false %}", '<a href="javascript:x()">',
    )  # fmt: skip
    assert [words for words in planted if not list(broken(words))] == []
    assert ADDRESS.findall('<img src="https://qinghe.example/x">') == ["qinghe.example"]
