"""What a PIN costs on the figures of the table: one village on two phones, one of them sealed, turn about.

Each turn opens the app anew, and the sealed phone is unlocked there: its taps are the first after that. To unlock
is slow on purpose (PBKDF2) and stands in none of the ratios.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from bench import phone_village
from bench.bench_phone_pull import PULL, is_whole
from bench.bench_phone_taps import reopen, taps
from bench.harness import publish
from tests.browser.conftest import Device
from tests.browser.hands import Worker, press
from tests.browser.inside import inside

PIN = "402957"
PULLS, ROUNDS, TAPS = 21, 12, 4
MUST = 1.10
WORDS = {"list": "list", "key": "search key", "place": "place page", "save": "save"}
READABLE = f"""async () => {{{inside("activeEnrolment, openStore")}
  const db = await openStore(await activeEnrolment());
  const {{promise, resolve}} = Promise.withResolvers();
  const asked = indexedDB.open(db.name);
  asked.onsuccess = () => {{
    const all = asked.result.transaction('places').objectStore('places').getAll();
    all.onsuccess = () => {{ resolve(all.result.filter(({{sealed}}) => !sealed).length); asked.result.close(); }};
  }};
  return promise;
}}"""


def seal(page: Page) -> None:
    """Puts the PIN on, and waits until no door can be read without it."""
    Worker(page).open("/field/pin/set")
    for asked in ("设一个 6 位密码", "再按一遍"):
        expect(page.locator("h1")).to_have_text(asked)
        press(page, PIN)
    expect(page.locator("form[data-pin]")).to_have_count(0, timeout=60_000)
    while page.evaluate(READABLE):
        page.wait_for_timeout(500)


def reopen_sealed(page: Page) -> None:
    """Opens the app as its worker does."""
    page.goto("/field/")
    press(page, PIN)
    expect(page.locator(".counts")).to_be_visible()
    Worker(page).ready()


def pulled(page: Page) -> float:
    """Milliseconds of one first pull."""
    said: dict[str, Any] = page.evaluate(PULL)
    if not is_whole(said):
        raise RuntimeError(f"this was no first pull: {said}")
    return float(said["took"])


def main() -> None:
    """Say the figure."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        server = phone_village.found(folder)
        server.start()
        devices = [Device(playwright, folder / each, server.url, phone=True, dots=2) for each in ("open", "sealed")]
        try:
            plain, sealed = pages = [device.open() for device in devices]
            for page in pages:
                page.set_default_timeout(60_000)
                Worker(page).enrol("一组", login=phone_village.WORKER, within=120_000)
            seal(sealed)
            pulls = [(pulled(plain), pulled(sealed)) for _ in range(PULLS + 1)][1:]
            server.stop()
            taken: list[dict[str, list[float]]] = [{each: [] for each in WORDS} for _ in pages]
            for turn in range(ROUNDS):
                for page, anew, found in zip(pages, (reopen, reopen_sealed), taken, strict=True):
                    anew(page)
                    for each, ms in taps(page, TAPS, anew, turn * (TAPS + 1)).items():
                        found[each] += ms
        finally:
            for device in devices:
                device.close()
            server.stop()
    open_taps, sealed_taps = ({each: statistics.median(ms) for each, ms in found.items()} for found in taken)
    costs = {words: sealed_taps[each] / open_taps[each] for each, words in WORDS.items()}
    costs["first pull"] = statistics.median(each[1] for each in pulls) / statistics.median(each[0] for each in pulls)
    publish(
        "cost of a PIN on the figures above, medians of two phones turn about", must="≤ 10 %", aim="≤ 10 %",
        measured=", ".join(f"{words} {(ratio - 1) * 100:+.0f} %" for words, ratio in costs.items()),
        ok=max(costs.values()) <= MUST,
    )  # fmt: skip


if __name__ == "__main__":
    main()
