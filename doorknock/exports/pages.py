"""The office's doors of this room."""

from __future__ import annotations

from flask import Flask

from doorknock.exports import export_pages, token_pages
from doorknock.exports.ledger_commitments import COMMITMENTS
from doorknock.exports.ledger_corrections import CORRECTIONS
from doorknock.exports.ledger_coverage import COVERAGE
from doorknock.exports.ledger_map import MAP
from doorknock.exports.ledger_roster import ROSTER
from doorknock.exports.ledger_tasks import ACTIVITIES, POSTINGS
from doorknock.exports.ledger_visits import VISITS
from doorknock.exports.ledgers import offer

OFFERED = (VISITS, ROSTER, COMMITMENTS, ACTIVITIES, POSTINGS, CORRECTIONS, COVERAGE, MAP)
"""The kinds of ledgers, in the order in which pages list them."""


def register(app: Flask) -> None:
    """Open the doors."""
    offer(*OFFERED)
    for room in (export_pages, token_pages):
        app.register_blueprint(room.door)
