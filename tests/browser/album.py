"""A picture of every screen, to be looked at: `python -m tests.browser.album FOLDER`.

The phone at 360 px with its usual and its largest type, the office at 1366 and 360 px. Draws what `screens.py` lists,
so a new screen is in the next album by itself.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import stage
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.browser.screens import LOSS, PHONE
from tests.databases import Sqlite
from tests.live import LiveServer

LARGE = "(scale) => { document.querySelector('main').dataset.scale = scale; }"


def main(album: Path) -> None:
    """Draws the phone's screens, then the office's, each against a village of its own."""
    album.mkdir(parents=True, exist_ok=True)
    for draw in (_phone, _office):
        _with_a_village(draw, album)


def _with_a_village(draw: Callable[[LiveServer, Page, Path], None], album: Path) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        databases = Sqlite(Path(name))
        databases.prepare()
        server = LiveServer(databases.migrated(), Path(name))
        server.start()
        device = Device(driver, Path(name) / "browser", server.url, phone=draw is _phone)
        try:
            draw(server, device.open(), album)
        finally:
            device.close()
            server.kill()


def _phone(server: LiveServer, page: Page, album: Path) -> None:
    names = stage.on_the_phone(server, page)
    wang = Worker(page)
    for number, screen in enumerate(PHONE, 1):
        if screen.name == LOSS:
            stage.lose(page)
        wang.open(screen.path.format(**names))
        page.wait_for_timeout(150)
        page.screenshot(path=album / f"phone-{number:02}-{screen.name}.png", scale="css")
        page.evaluate(LARGE, "36")
        page.screenshot(path=album / f"phone-{number:02}-{screen.name}-36.png", scale="css")
        page.evaluate(LARGE, "18")
        stage.post(page, "/field/unlock")


def _office(server: LiveServer, page: Page, album: Path) -> None:
    names = stage.in_the_office(server, server.folder)
    for number, desk in enumerate(stage.desks(page, names), 1):
        for width, height in ((1366, 768), (360, 800)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=album / f"office-{number:02}-{desk.name}-{width}.png", full_page=width == 360)
        page.set_viewport_size({"width": 1366, "height": 768})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
