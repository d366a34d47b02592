"""The table of screens is whole: no route of the phone and no page of the office without a line in it."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from tests.browser.screens import NO_SCREEN, OFFICE, PHONE
from tests.databases import ROOT

ROUTE = re.compile(r"route\('GET', ([^,]+),")
NAMED = {"DOOR": "/field/places/:id", "RECORD": "/field/visits/:id", "TOLD": "/field/told/:id"}


def phone_routes() -> set[str]:
    """The GET routes of `static/phone/routes.js`, written out."""
    text = (Path(ROOT) / "static" / "phone" / "routes.js").read_text(encoding="utf-8")
    written = (found.strip("'`") for found in ROUTE.findall(text))
    return {re.sub(r"\$\{(\w+)\}", lambda name: NAMED[name[1]], NAMED.get(path, path)) for path in written}


def test_every_route_of_the_phone_is_a_line_and_every_line_a_route() -> None:
    routes = phone_routes()
    assert len(routes) > 30
    lines = {screen.route for screen in PHONE}
    assert routes - lines - set(NO_SCREEN) == set()
    assert lines - routes == set()


def test_every_page_of_the_office_is_a_line_and_every_line_a_page(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    lines = {desk.endpoint for desk in OFFICE}
    assert pages - lines - set(NO_SCREEN) == set()
    assert lines - pages == set()


def test_what_has_no_screen_is_still_there(app: Flask) -> None:
    known = phone_routes() | {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(NO_SCREEN) - known == set()
