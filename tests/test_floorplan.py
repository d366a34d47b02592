"""The laws of the house, read from its imports: the ground imports no room, a room imports only downward."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from doorknock import DOORS, ROOMS

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "doorknock"
STATIC = ROOT / "static"
PYTHON = sorted(HOUSE.rglob("*.py"))
SCRIPTS = sorted(p for p in STATIC.rglob("*.js") if not {"vendor", "built"} & set(p.parts))
ALLOWED_TOP = {
    "app.py", "doorknock", "static", "templates", "migrations", "tests", "README.md", "pyproject.toml", "package.json",
    "package-lock.json", "requirements.lock", "requirements-dev.lock", "tsconfig.json", "tsconfig.worker.json",
    "biome.json", "Makefile", "LICENSE", "CHANGELOG.md", "THIRD_PARTY.txt", "bench", "docs", "scripts",
}  # fmt: skip
UNTRACKED = {"instance", "node_modules", "test-results", "__pycache__"}
BELOW = {
    "shared": {"shared"},
    "phone/vault": {"phone/vault", "phone/sync", "phone", "shared", "vendor"},
    "phone/sync": {"phone/sync", "phone/vault", "phone", "shared", "vendor"},
    "phone/rooms": {"phone/rooms", "phone/vault", "phone/sync", "phone", "shared"},
    "phone/page": {"phone/page", "phone/sync", "phone/rooms", "phone", "shared", "vendor"},
    "phone": {"phone", "phone/vault", "phone/rooms", "phone/sync", "shared", "vendor"},
    "office": {"office", "shared", "vendor"},
}
"""Which rooms of static/ may import which."""


def room_of(path: Path) -> str | None:
    """The room that a file of the house is in; None for the ground floor."""
    parts = path.relative_to(HOUSE).parts
    return parts[0] if len(parts) > 1 else None


def imported(path: Path) -> set[str]:
    """The modules of the house that a file imports, at whichever place in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name == "doorknock" or name.startswith("doorknock.")}


def rooms_imported(path: Path) -> set[str]:
    """The rooms that a file imports from."""
    return {parts[1] for name in imported(path) if len(parts := name.split(".")) > 1 and parts[1] in ROOMS}


@pytest.mark.parametrize("path", PYTHON, ids=[str(p.relative_to(ROOT)) for p in PYTHON])
def test_no_file_imports_upward(path: Path) -> None:
    room = room_of(path)
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) if room else set()
    assert rooms_imported(path) <= allowed, f"{path.name} reaches upward"


def test_every_folder_of_the_house_is_a_listed_room() -> None:
    folders = {p.name for p in HOUSE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert folders == set(ROOMS)


def test_every_room_says_in_a_paragraph_what_it_is_and_no_more() -> None:
    for room in ROOMS:
        tree = ast.parse((HOUSE / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), room
        assert len(tree.body) == 1, f"{room}/__init__.py holds code"


def test_the_factory_opens_every_door_that_offers_to_register() -> None:
    offering = {
        path.stem
        for path in PYTHON
        if room_of(path) and re.search(r"^def register\(app: Flask", path.read_text(encoding="utf-8"), re.M)
    }
    assert offering <= set(DOORS)


def test_no_file_is_named_for_having_no_place() -> None:
    vague = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}
    named = {path.stem for path in [*PYTHON, *SCRIPTS]} | {p.parent.name for p in [*PYTHON, *SCRIPTS]}
    assert not vague & named


def test_the_top_level_holds_what_the_floor_plan_names() -> None:
    there = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - UNTRACKED
    assert there <= ALLOWED_TOP


def script_room(path: Path) -> str:
    """The room of static/ that a script is in."""
    folder = path.relative_to(STATIC).parent.as_posix()
    known = [room for room in [*BELOW, "vendor"] if folder == room or folder.startswith(room + "/")]
    return max(known, key=len)


@pytest.mark.parametrize("path", SCRIPTS, ids=[str(p.relative_to(ROOT)) for p in SCRIPTS])
def test_no_script_imports_upward(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"""^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]""", text, re.M)
    for name in (first or second for first, second in named):
        assert name.startswith("."), f"{path.name} imports {name}, which is not ours"
        target = (path.parent / name).resolve()
        assert script_room(target) in BELOW[script_room(path)], f"{path.name} imports {name}"
        assert target.exists(), f"{path.name} imports {name}, which is not there"


def test_nothing_is_loaded_by_a_computed_name() -> None:
    for path in SCRIPTS:
        code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
        assert not re.search(r"\bimport\s*\((?!'\./|'\.\./)", code), path.name
