"""A region's figures under their contract names (``coverage show``), as one person may be told them.

For whom cells are masked, a count that is held back is None, or "<5" where that it is small may be said; what no page
prints of a masked region (who was offered a commitment, sums of install counts) is None throughout.
"""

from __future__ import annotations

from typing import Any

from doorknock.coverage.figures import Node
from doorknock.coverage.masking import LEAST
from doorknock.coverage.table import APP, UNDER
from doorknock.coverage.view import View, key_of

NEVER = ("offered",)


def told(view: View, node: Node) -> dict[str, Any]:
    """The node's own figures."""
    said = node.own()
    return _masked(view, node, said) if view.masked else said


def told_whole(view: View, node: Node) -> dict[str, Any]:
    """The figures with everything below: children in code order, and the grids of a village."""
    found = told(view, node) | {"children": [told_whole(view, child) for child in node.children]}
    return found | ({"grids": [told(view, grid) for grid in node.grids]} if node.level == "village" else {})


def _masked(view: View, node: Node, said: dict[str, Any]) -> dict[str, Any]:
    key, hidden = key_of(node), dict.fromkeys(NEVER)
    if key in view.declined:
        hidden |= {"covered": None, "declined": UNDER if said["declined"] < LEAST else None}
    if key in view.unsigned:
        hidden["signed"] = None
    return said | hidden | {"app": _app(view, node)}


def _app(view: View, node: Node) -> dict[str, Any]:
    """A village's install counts where its campaign counts them, as its page prints them; None elsewhere."""
    shown: dict[str, Any] = dict.fromkeys(node.own()["app"])
    asked = view.campaign is not None and view.campaign.parts.get("app")
    if node.level == "village" and asked:
        counts = {name: node.sums[name] for name in APP}
        shown |= {name.removeprefix("app_"): UNDER if n < LEAST else n for name, n in counts.items()}
    return shown
