"""What a worker's thumb and eyes do at the phone: keys are found by their words, as a person finds them."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from math import sin

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.hefeng import WANG

TAPPED = "a:visible, button:visible, label.cell:visible, summary:visible"
HELD_MS = 2_300  # 交还给我 answers after two seconds


class Worker:
    """王建国 at one page of his phone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def open(self, path: str = "/field/") -> None:
        """Goes to an address as by typing it, and waits until the page can be used."""
        self.page.goto(path)
        self.ready()

    def ready(self) -> None:
        """Waits out the first page and its bounce."""
        expect(self.page.locator("body[data-ready]")).to_be_attached(timeout=20_000)

    def enrol(self, *lanes: str, login: tuple[str, str] = WANG, within: float = 30_000) -> None:
        """Signs in for the first time, pulls the roster, and chooses the lanes of today."""
        username, password = login
        self.open()
        self.tap("没有登记码，用登录名和密码")
        self.page.get_by_label("登录名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.tap("登记")
        self.page.wait_for_url("**/field/lanes", timeout=within)
        for lane in lanes:
            self.tap(lane, part=True)
        self.tap("就走这些")
        self.page.wait_for_url("**/field/")

    def key(self, words: str, *, part: bool = False) -> Locator:
        """The key or line with exactly these words on it; with `part`, the first that has them among others.

        What a key says while it is busy (正在…) stands in it all the time, hidden.
        """
        if part:
            return self.page.locator(TAPPED).filter(has_text=words).first
        return self.page.locator(TAPPED).filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*(正在\S+)?$")).first

    def tap(self, words: str, *, part: bool = False) -> None:
        """One tap of the thumb."""
        self.key(words, part=part).tap()
        self.taps += 1

    def row(self, name: str) -> Locator:
        """The row of a door in the list that is open."""
        return self.page.locator("a.row", has=self.page.locator(".name", has_text=name)).first

    def door(self, name: str) -> None:
        """From wherever he is, over 今天, to a door of today's lane."""
        self.open()
        self.row(name).tap()
        self.taps += 1
        expect(self.page.locator(".who h1")).to_have_text(name)

    def outcome(self, word: str) -> None:
        """One of the four keys of the door's page."""
        self.page.locator("a.key", has_text=word).tap()
        self.taps += 1
        self.page.wait_for_url("**/visit?*")

    def other_outcome(self, word: str) -> None:
        """One of the outcomes behind 更多."""
        self.tap("更多")
        self.page.wait_for_url("**/more")
        self.tap(word)
        self.page.wait_for_url("**/visit?*")

    def more(self, label: str) -> None:
        """＋ on the stepper of that name."""
        self.page.get_by_label(f"{label}加一").tap()
        self.taps += 1

    def save(self) -> str:
        """保存; the id of the visit once the phone has shown it as saved."""
        self.tap("保存")
        self.page.wait_for_url("**/field/saved/*")
        expect(self.page.locator("h1")).to_contain_text("已存好")
        return self.page.url.rsplit("/", 1)[1]

    def sign(self) -> None:
        """On the locked pad: a name is drawn, 签好了, and the phone goes back into the worker's hands."""
        self.page.wait_for_url("**/sign?*")
        box = self.page.locator("[data-pad][data-ready] canvas").bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 60, box["y"] + 80)
        mouse.down()
        for i in range(16):
            mouse.move(box["x"] + 90 + 40 * sin(i / 2), box["y"] + 80 + i * 14)
        mouse.up()
        self.taps += 1
        self.tap("签好了")
        self.page.wait_for_url("**/signed?*")
        self.hand_back()
        self.page.wait_for_url("**/visit?*")

    def hand_back(self) -> None:
        """Holds 交还给我 for as long as it asks."""
        self.page.wait_for_load_state()
        self.page.locator("[data-hold]").hover()  # waits until it stands: drawn again, it is nowhere for a moment
        self.page.mouse.down()
        self.page.wait_for_timeout(HELD_MS)
        self.page.mouse.up()
        self.taps += 1

    def sees(self, *, held: int, waiting: int, within: float = 10_000) -> None:
        """The truth strip says so, within that many milliseconds."""
        expect(self.page.locator("#strip")).to_have_text(strip(held, waiting), timeout=within)

    def unsent(self) -> list[str]:
        """The ids of the visits that wait, as 同步 lists them."""
        self.open("/field/sync")
        links = self.page.locator('a.row[href^="/field/visits/"]').all()
        return [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links]


def strip(held: int, waiting: int) -> re.Pattern[str]:
    """服务器已收 n · 手机里还有 n, whatever stands behind."""
    return re.compile(rf"^\s*服务器已收\s*{held}\s*·\s*手机里还有\s*{waiting}(\s*看\s*\d+)?\s*$")


def until(page: Page, script: str, arg: object = None, *, within: float = 20) -> None:
    """Asks the page until it says yes, so many seconds at most. Playwright's way needs eval, which ours refuse."""
    ends = time.monotonic() + within
    while not _says(page, script, arg):
        assert time.monotonic() < ends, f"not within {within} s: {script}"
        page.wait_for_timeout(50)


def _says(page: Page, script: str, arg: object) -> bool:
    with suppress(Error):  # asked while another page comes
        return bool(page.evaluate(script, arg))
    return False


def press(page: Page, pin: str) -> None:
    """Six keys of the pad, each found by its figure."""
    expect(page.locator("form[data-pin] [data-digit]")).to_have_count(11)
    for digit in pin:
        page.locator(f'[data-digit="{digit}"]').tap()
