"""A QR code as the path of an SVG: made by the library, drawn as runs of dark modules, which takes few bytes."""

from __future__ import annotations

from itertools import groupby

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET = 4
"""Modules of white that a reader needs on each side."""


def qr_path(text: str, *, printed: bool = False) -> tuple[int, str]:
    """The side of its square in modules, quiet zone included, and the path that draws it.

    What is ``printed`` gets level Q, which is still read with a quarter of it dirty; a screen is clean.
    """
    made = QRCode(error_correction=ERROR_CORRECT_Q if printed else ERROR_CORRECT_M, border=QUIET)
    made.add_data(text)
    rows = made.get_matrix()
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = sum(1 for _module in run)
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return len(rows), "".join(runs)


def qr_svg(text: str, *, printed: bool = False) -> str:
    """The markup of the same, hidden from screen readers: the words beside it say where it leads."""
    side, path = qr_path(text, printed=printed)
    return f'<svg viewBox="0 0 {side} {side}" shape-rendering="crispEdges" aria-hidden="true"><path d="{path}"/></svg>'
