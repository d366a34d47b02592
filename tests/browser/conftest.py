"""Real browsers: a worker's phone and an office screen, in the system's Chromium, against `live_server`."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from tests.databases import missing
from tests.live import LiveServer

# Nothing but this machine is looked up, so a page that loads from elsewhere fails here as it would in a village.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


class Device:
    """A browser with a profile of its own in `folder`, which survives `close` and `kill` as a phone's storage does.

    `dots`: how many of its dots make a pixel of the page's. A phone's two cost a tenth of a story's time in drawing.
    """

    def __init__(self, playwright: Playwright, folder: Path, base_url: str, *, phone: bool, dots: int = 1) -> None:
        self.playwright = playwright
        self.folder = folder
        self.base_url = base_url
        self.phone = phone
        self.dots = dots
        self.context: BrowserContext | None = None
        self.faults: list[str] = []

    def open(self) -> Page:
        """Starts the browser and gives its one page; uncaught errors and refused loads are kept in `faults`."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder,
            executable_path=chromium(),
            args=FLAGS,
            base_url=self.base_url,
            viewport={"width": 360, "height": 800} if self.phone else {"width": 1366, "height": 768},
            device_scale_factor=self.dots,
            is_mobile=self.phone,
            has_touch=self.phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.context.set_default_timeout(10_000)
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.context.on("console", lambda line: self._listen(line.text))
        return self.context.pages[0]

    def close(self) -> None:
        """Ends the browser in order, as when its window is closed."""
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self) -> None:
        """Ends every process of this browser at once, as an empty battery would."""
        while processes := self._processes():
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.02)
        with suppress(Error):
            self.close()
        self.context = None

    def _listen(self, line: str) -> None:
        if "Content Security Policy" in line:
            self.faults.append(line)

    def _processes(self) -> list[int]:
        """The living processes that were started with this profile; Chromium passes its folder to all of them."""
        ours = f"--user-data-dir={self.folder}".encode()
        found = []
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if ours in each.read_bytes():
                    found.append(int(each.parent.name))
        return found


def chromium() -> str:
    """The path of the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or missing("Chromium")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of all browsers of this process."""
    chromium()
    with sync_playwright() as driver:
        yield driver


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed says what its screens showed: a slow machine is told from a wrong page."""
    report = yield
    if report.when == "call" and report.failed and isinstance(item, pytest.Function):
        for page in item.funcargs.values():
            if isinstance(page, Page):
                with suppress(Error):
                    shown = page.locator("body").inner_text(timeout=2_000)
                    report.sections.append((f"what {page.url} showed", shown[:1_500]))
    return report


@pytest.fixture
def devices(playwright: Playwright, live_server: LiveServer, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """`devices("老周", phone=True)` → a Device of that name, not yet opened; a fault in one fails the test."""
    made: list[Device] = []

    def make(name: str, *, phone: bool) -> Device:
        made.append(Device(playwright, tmp_path / name, live_server.url, phone=phone))
        return made[-1]

    yield make
    for device in made:
        device.kill() if device.context is None else device.close()
    assert [fault for device in made for fault in device.faults] == []


@pytest.fixture
def phone_device(devices: Callable[..., Device]) -> Device:
    """A worker's phone, 360×800 with touch, switched off: for tests that close, kill and reopen it."""
    return devices("phone", phone=True)


@pytest.fixture
def phone(phone_device: Device) -> Page:
    """The page of a worker's phone, 360×800 with touch, with nothing opened yet."""
    return phone_device.open()


@pytest.fixture
def office(devices: Callable[..., Device]) -> Page:
    """The page of an office computer, 1366×768, with nothing opened yet."""
    return devices("office", phone=False).open()
