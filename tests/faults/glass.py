"""王建国's phone behind glass: a real browser on a profile of its own, and what its store says when it comes back.

Visits are put to the phone's own server in the page, as its form would put them; what the page answered is told at once
over a binding, so that a kill does not take the acknowledgement with it.
"""

from __future__ import annotations

import json
import random
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

from doorknock import create_app
from doorknock.db import db
from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.browser.inside import inside
from tests.databases import migrate, settings
from tests.live import LiveServer

_STORE = f"""{inside("activeEnrolment, openStore")}
  const db = await openStore(await activeEnrolment());"""
DOORS = f"async () => {{{_STORE} return db.read(['places'], (tx) => tx.objectStore('places').getAllKeys()); }}"
SAVE = f"""async (visits) => {{{inside("localFetch")}
  const put = (path, form) => localFetch(path, {{method: 'POST', body: new URLSearchParams(form)}});
  const saveAll = async () => {{
    for (const {{id, door, form}} of visits) {{
      await put(`/field/places/${{door}}/draft?id=${{id}}`, form);
      const answer = await put(`/field/places/${{door}}/visit?id=${{id}}`, form);
      const text = await answer.text();
      if (answer.url.endsWith(`/field/saved/${{id}}`) && text.includes('已存好')) await told(id, true);
      else if (text.includes('没存上')) await told(id, false);
    }}
  }};
  saveAll();
}}"""
FOUND = f"""async () => {{{inside("activeEnrolment, canary, openStore")}
  const enrolment = await activeEnrolment();
  if (!enrolment) return null;
  const db = await openStore(enrolment);
  const {{lost, recovered}} = await canary(db);
  return db.read(['meta', 'events', 'drafts', 'places'], async (tx) => {{
    const counter = await tx.objectStore('meta').get('counter');
    const events = await tx.objectStore('events').getAll();
    const views = await tx.objectStore('places').getAll();
    const drafts = await tx.objectStore('drafts').getAll();
    return {{signed_in: true, lost, recovered, counter: counter?.n ?? 0, places: views.length,
      events: events.map(({{n, id, line, hash}}) => ({{n, id, line, hash}})),
      last: views.flatMap(({{last}}) => last ? [last.id] : []), drafts: drafts.map(({{id}}) => id)}};
  }});
}}"""


EMPTY: dict[str, Any] = {
    "signed_in": False, "lost": [], "recovered": 0, "counter": 0, "places": 0, "events": [], "last": [], "drafts": [],
}  # fmt: skip
"""What is found on a phone on which nobody is signed in any more: all that it had promised is gone."""


@dataclass
class Glass:
    """The phone and what it has promised; `meant` is every visit that was ever put to it, by its id."""

    playwright: Playwright
    server: LiveServer
    device: Device
    doors: list[str] = field(default_factory=list)
    meant: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    page: Page | None = None
    thrown_away: bool = False
    """Whether the browser has deleted its databases."""

    def open(self, *, init: str = "") -> Page:
        """Switches the phone on, at 今天, with the same profile as before."""
        page = self.device.open()
        page.expose_binding(
            "told", lambda _, ident, saved: (self.acknowledged if saved else self.refused).append(ident)
        )
        if init:
            page.add_init_script(init)
        Worker(page).open()
        self.page = page
        return page

    def enrol(self) -> None:
        """Signs in, pulls the roster, and lets the browser write its young profile down once."""
        page = self.device.open()
        Worker(page).enrol("一组")
        self.doors = page.evaluate(DOORS)
        self.device.close()

    def visits(self, draw: random.Random, count: int) -> list[dict[str, Any]]:
        """So many visits to different doors, each with an id of its own and a word to know it by."""
        made = []
        for door in draw.sample(self.doors, count):
            ident = str(uuid.UUID(int=draw.getrandbits(128), version=4))
            form = {"outcome": "nobody_home", "note": f"记号 {ident[:8]}"}
            made.append({"id": ident, "door": door, "form": form})
        return made

    def begin(self, visits: list[dict[str, Any]]) -> None:
        """Lets the page save them one after another; it does not wait for them."""
        self.meant |= {visit["id"]: visit for visit in visits}
        if self.page is None:
            raise RuntimeError("the phone is switched off")
        self.page.evaluate(SAVE, visits)

    def found(self) -> dict[str, Any]:
        """What the store holds, the copies outside it taken into account as at every start."""
        if self.page is None:
            raise RuntimeError("the phone is switched off")
        said: dict[str, Any] | None = self.page.evaluate(FOUND)
        return EMPTY if said is None else said

    def office(self, *command: str) -> dict[str, Any]:
        """What a command of the office says, asked within this process: one of its own takes longer than a kill."""
        app = create_app(settings(self.server.database_url, self.server.folder))
        with app.app_context():
            done = app.test_cli_runner().invoke(args=[*command, "--json"])
            for engine in db.engines.values():
                engine.dispose()
        assert done.exit_code == 0, done.output or repr(done.exception)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def counted(self) -> tuple[int, int]:
        """How many visits the server counts in the village, and how many events its journal holds; it must verify."""
        visits = self.office("coverage", "show", "--region", hefeng.VILLAGE)["visits"]
        return int(visits), int(self.office("sync", "verify")["events"])


@contextmanager
def glass(folder: Path | None = None) -> Iterator[Glass]:
    """A phone with the village on it, switched off, and its server, running; `folder`: where its profile lies."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        here = Path(name)
        url = f"sqlite:///{here / 'village.db'}"
        migrate(url, here)
        server = LiveServer(url, here)
        hefeng.settle(server)
        server.start()
        device = Device(playwright, (folder or here) / "profile", server.url, phone=True)
        try:
            made = Glass(playwright, server, device)
            made.enrol()
            yield made
        finally:
            device.kill()
            server.kill()
