"""README and reality are equal: its commands, rooms, settings, targets and files are there, and none is left out."""

from __future__ import annotations

import re
from pathlib import Path

import click
from flask import Flask

from doorknock import ROOMS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOREIGN = {"run", "shell", "routes"}
"""Flask's own commands, which README need not explain."""


def commands(group: click.Group, above: str = "") -> dict[str, click.Command]:
    """Every command by its full name."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        full = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            found |= commands(command, full)
        else:
            found[full] = command
    return found


def named() -> set[str]:
    """The commands in README's table, without arguments and options."""
    table = README.split("## Commands")[1].split("## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|", table, re.M)
    words = [[word for word in row.split() if re.fullmatch("[a-z]+", word)] for row in rows]
    return {" ".join(row) for row in words}


def test_every_command_of_the_table_exists(app: Flask) -> None:
    there = commands(app.cli)
    for name in named():
        assert any(name == full or name.startswith(f"{full} ") for full in there), name


def test_every_command_of_ours_stands_in_the_table(app: Flask) -> None:
    ours = {name for name in commands(app.cli) if name.split()[0] not in FOREIGN | {"db"}}
    told = named()
    for name in ours:
        assert any(row == name or row.startswith(f"{name} ") for row in told), f"{name} is not in README"


def test_the_floor_plan_names_every_room_and_file_of_the_ground() -> None:
    for room in ROOMS:
        assert f"| `{room}/` |" in README, room
    ground = next(line for line in README.splitlines() if line.startswith("| ground |"))
    files = {path.stem for path in (ROOT / "doorknock").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", ground)) == files


def test_every_file_that_is_linked_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_settings_are_the_ones_that_are_read() -> None:
    read = re.findall(r'environ\.get\("(\w+)"', (ROOT / "doorknock" / "config.py").read_text(encoding="utf-8"))
    for name in read:
        assert f"`{name}`" in README, name
