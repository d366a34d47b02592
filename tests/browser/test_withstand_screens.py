"""Every screen of both sides, at every size and light: nothing that axe finds, nothing pale, small, cut or too wide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests.browser import axe, stage
from tests.browser.hands import Worker
from tests.browser.screens import LOSS, PHONE
from tests.live import LiveServer

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
WIDTHS = (320, 360, 412)
SCALES = {"18": 48, "36": 64}
"""The smallest and the largest type, and the least target with each."""
LEAST_ON_THE_PAD = 48  # it has only the height of a phone's width
# Colours hang on neither width nor type, so the lights beside the usual one are looked at in one size.
LIGHTS: dict[str, tuple[str, Literal["light", "dark"]]] = {
    "dark": ("room", "dark"),
    "sun": ("sun", "light"),
}
DESKS = ((1366, 768), (360, 800))
LEAST_CONTRAST = 7
LOOK = "([scale, light]) => Object.assign(document.querySelector('main').dataset, {scale, light})"
MEASURED = """([contrast, target, look]) => {
  Object.assign(document.querySelector('main').dataset, look);
  return measureScreen({contrast, target});
}"""
"""In one go: 同步 draws itself again after each exchange, in the type that the phone is set to."""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.table-box'))
  .slice(-1).map((each) => `${each.tagName.toLowerCase()}.${each.className} is wider than the glass`)"""
TEXT_TWICE = """() => {
  const all = [...document.querySelectorAll('body, body *')].map((each) => [each, getComputedStyle(each).fontSize]);
  document.documentElement.style.fontSize = '200%';
  for (const [each, size] of all) each.style.fontSize = `${parseFloat(size) * 2}px`;
}"""
"""What a phone's own setting for larger letters does to every text, whatever unit its size is written in."""


def measured(page: Page, target: int, look: dict[str, str]) -> list[str]:
    """By our own measure, which knows of a pad that lies sideways."""
    least = LEAST_ON_THE_PAD if page.locator("main.pad").count() else target
    found: list[str] = page.evaluate(MEASURED, [LEAST_CONTRAST, least, look])
    return found + list(page.evaluate(WIDER))


def upright(page: Page) -> Iterator[str]:
    """What is wrong with the screen that is open: its shape in any width and type, its colours in any light."""
    for width, (scale, target) in product(WIDTHS, SCALES.items()):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(LOOK, [scale, "room"])
        found = axe.violations(page) + measured(page, target, {"scale": scale, "light": "room"})
        yield from (f"{each} ({width} px, {scale})" for each in found)
    page.set_viewport_size({"width": 360, "height": 800})
    for name, (light, scheme) in LIGHTS.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(LOOK, ["18", light])
        found = axe.violations(page, axe.CONTRAST) + measured(page, SCALES["18"], {"scale": "18", "light": light})
        yield from (f"{each} ({name})" for each in found)
    page.emulate_media(color_scheme="light")


def turned(page: Page) -> Iterator[str]:
    """The same with the phone on its side."""
    page.set_viewport_size({"width": 800, "height": 360})
    for scale, target in SCALES.items():
        yield from (
            f"{each} (800 × 360, {scale})" for each in measured(page, target, {"scale": scale, "light": "room"})
        )


def with_large_letters(page: Page, width: int) -> Iterator[str]:
    """The same with the letters of the whole phone at twice their size, which the page itself does not ask for."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(TEXT_TWICE)
    yield from (f"{each} ({width} px, all text at 200 %)" for each in page.evaluate(WIDER))


def once_each(found: Iterator[str]) -> list[str]:
    """Each fault with the first size at which it was seen."""
    first: dict[str, str] = {}
    for fault in found:
        first.setdefault(fault.rsplit(" (", 1)[0], fault)
    return list(first.values())


def test_every_screen_of_the_phone_in_every_size_and_light(live_server: LiveServer, phone: Page) -> None:
    names = stage.on_the_phone(live_server, phone)
    phone.add_init_script(MEASURE)
    wang = Worker(phone)
    found: list[str] = []
    for screen in PHONE:
        if screen.name == LOSS:
            stage.lose(phone)
        wang.open(screen.path.format(**names))
        said = once_each(chain(upright(phone), turned(phone)))
        phone.evaluate(LOOK, ["18", "room"])
        said += with_large_letters(phone, 320)
        found += [f"{screen.name}: {fault}" for fault in said]
        stage.post(phone, "/field/unlock")
    assert not found, "\n".join(found)


def on_a_desk(page: Page) -> Iterator[str]:
    """What is wrong with a page of the office, on a desk and in a lane. Its tables may scroll, in their own box."""
    for width, height in DESKS:
        page.set_viewport_size({"width": width, "height": height})
        found = axe.violations(page) + [each for each in measured(page, 0, {}) if "contrast" in each or "wider" in each]
        yield from (f"{each} ({width} px)" for each in found)


def test_every_page_of_the_office_on_a_desk_and_in_a_lane(
    live_server: LiveServer, office: Page, tmp_path: Path
) -> None:
    names = stage.in_the_office(live_server, tmp_path)
    office.add_init_script(MEASURE)
    found: list[str] = []
    for desk in stage.desks(office, names):
        said = once_each(on_a_desk(office)) + list(with_large_letters(office, 360))
        found += [f"{desk.name}: {fault}" for fault in said]
        office.set_viewport_size({"width": 1366, "height": 768})
    assert not found, "\n".join(found)
