"""The office's doors of this room."""

from __future__ import annotations

from flask import Flask

from doorknock.reports import form_pages, report_pages, template_pages


def register(app: Flask) -> None:
    """Open the doors."""
    for room in (template_pages, form_pages, report_pages):
        app.register_blueprint(room.door)
