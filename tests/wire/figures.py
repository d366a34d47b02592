"""Hand counts by cell, added up to every node of the coverage tree, compared key by key.

All keys of the counting contract add up: rates are never compared, only whole numbers. A cell is a
group inside its grid ("A1"); "A-" holds the places of grid A that have no group.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.wire.lines import Json
from tests.wire.roster import CELLS

APP = (
    "asked",
    "installed_before",
    "installed_now",
    "wants_later",
    "declined",
    "no_smartphone",
    "places_installed",
)
KEYS = (
    "N",
    "away",
    "pending",
    "D",
    "attempted",
    "met",
    "covered",
    "declined",
    "closed",
    "signed",
    "offered",
    "visits",
)
GRIDS = {"A": "V1", "B": "V1", "C": "V2", "D": "V2"}
CODES = {"V1": "201", "V2": "202", "A": "201001", "B": "201002", "C": "202001", "D": "202002"}
GROUPS = {
    "A1": "201001",
    "A2": "201002",
    "B3": "201003",
    "C1": "202001",
    "D2": "202002",
    "D3": "202003",
}

Cells = Mapping[str, Mapping[str, Any]]


def filled(cells: Cells) -> dict[str, dict[str, int]]:
    """Every cell with every key: N and D as imported and the rest zero, unless told."""
    whole: dict[str, dict[str, int]] = {}
    for name in (*CELLS, *(cell for cell in cells if cell not in CELLS)):
        told = dict(cells.get(name, {}))
        app = told.pop("app", {})
        base = dict.fromkeys(KEYS, 0) | {"N": CELLS.get(name, 0), "D": CELLS.get(name, 0)}
        if unknown := (told.keys() - base.keys()) | (app.keys() - set(APP)):
            raise KeyError(f"no such figure: {sorted(unknown)}")
        counts = dict.fromkeys(APP, 0) | app
        whole[name] = base | told | {f"app.{key}": value for key, value in counts.items()}
    return whole


def total(cells: Iterable[dict[str, int]]) -> dict[str, int]:
    added: dict[str, int] = {}
    for cell in cells:
        for key, value in cell.items():
            added[key] = added.get(key, 0) + value
    return added


def flat(node: Json) -> dict[str, Any]:
    """A node's own figures under the keys of `filled`; a figure that is absent is None."""
    app = node.get("app") or {}
    shown = {key: node.get(key) for key in KEYS}
    return shown | {f"app.{key}": app.get(key) for key in APP}


def differences(where: str, node: Json | None, wanted: dict[str, int]) -> list[str]:
    if node is None:
        return [f"{where}: no such node"]
    got = flat(node)
    return [f"{where}.{key} is {got[key]}, wanted {n}" for key, n in wanted.items() if got[key] != n]


def compare_town(town: Json, digits: str, cells: Cells) -> list[str]:
    """Town, villages, grids and groups against the hand counts: one sentence a difference."""
    whole = filled(cells)
    wrong = differences("town", town, total(whole.values()))
    villages = {child["code"]: child for child in town.get("children", [])}
    for name in ("V1", "V2"):
        village = villages.get(digits + CODES[name])
        mine = {cell: n for cell, n in whole.items() if GRIDS[cell[0]] == name}
        wrong += differences(name, village, total(mine.values()))
        if village is not None:
            wrong += compare_village(village, digits, mine)
    return wrong


def compare_village(village: Json, digits: str, cells: dict[str, dict[str, int]]) -> list[str]:
    wrong: list[str] = []
    grids = {node["code"]: node for node in village.get("grids", [])}
    groups = {node["code"]: node for node in village.get("children", [])}
    for grid in sorted({cell[0] for cell in cells}):
        mine = total(n for cell, n in cells.items() if cell[0] == grid)
        wrong += differences(f"grid {grid}", grids.get(digits + CODES[grid]), mine)
    for cell, n in cells.items():
        if cell in GROUPS:
            wrong += differences(f"group {cell}", groups.get(digits + GROUPS[cell]), n)
    return wrong
