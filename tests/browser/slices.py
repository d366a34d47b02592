"""What stories of questions, photos and the resident's page share: the village's campaign, people at the office."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from playwright.sync_api import Page, expect

from doorknock import create_app
from doorknock.campaigns import running, sounds
from doorknock.campaigns.models import Campaign, versions
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.web import commit
from tests.browser import hefeng
from tests.databases import settings
from tests.live import LiveServer

CHEN = ("chen", "qinghe-door-chen-1")
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 120
"""Three seconds of silence."""


def campaign(server: LiveServer, *, photos: bool = False, recording: bool = False) -> None:
    """Turn the campaign's photos on, or give its text a recording, as the town would."""
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        found = db.session.scalars(db.select(Campaign)).one()
        tang = by_username("tang")
        assert tang is not None
        if photos:
            parts = {"app": True, "commitment": True, "materials": True, "photos": True}
            days: dict[str, Any] = {"starts": found.starts, "ends": found.ends}
            running.change(found, name=found.name, parts=parts, by=tang.id, **days)
        if recording:
            running.record_sound(versions(found)[-1], found, MP3, by=tang.id)
            assert sounds.kind_of(MP3) == sounds.MP3
        commit()
        for engine in db.engines.values():
            engine.dispose()


def sign_in(page: Page, who: tuple[str, str] = CHEN) -> None:
    """At the office's login."""
    page.goto("/login")
    page.get_by_label("用户名").fill(who[0])
    page.get_by_label("密码").fill(who[1])
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".rail")).to_be_visible()


def door_page(page: Page, name: str) -> None:
    """From the village's roster to the page of this household's door."""
    page.goto(f"/office/places/{hefeng.VILLAGE}")
    page.locator("tr", has_text=name).get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(name)


def photograph(width: int = 4000, height: int = 3000) -> bytes:
    """A large JPEG of noise, as a camera makes it: with the place, the time and the make of the phone in its EXIF."""
    from PIL import Image

    picture = Image.effect_noise((width, height), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "QingheCam"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (30.0, 12.0, 34.5), 3: "E", 4: (103.0, 45.0, 6.7)})
    out = BytesIO()
    picture.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()
