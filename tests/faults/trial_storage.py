"""The browser's storage fails the phone: emptied behind its back, full to the last byte, a database that won't open."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.faults.cleared import A_MINUTE, CLEARED, found_again, sign_in_again, tear
from tests.faults.glass import Glass, glass
from tests.faults.trial import Outcome, broken_by, stumbled

NAME = "storage evicted, quota full, IndexedDB broken"
EXPECTED = "said aloud where a trace is left; unsent recovered, or named as lost; roster pulled again"
GOAL, SHORT, BLOCK = 150, 6, 9
ROOM = 3_000_000
"""Bytes that the browser allows beyond what is there, before random ones fill them."""
FILL = """async () => {
  const cache = await caches.open('random');
  for (let size = 1 << 20, n = 0; size >= 256; n += 1) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    try { await cache.put(`/random/${n}`, new Response(bytes)); } catch { size >>= 1; }
  }
}"""
_NAME = "const {name} = (await indexedDB.databases()).find(({name}) => name.startsWith('doorknock-'));"
NEWER = f"""async () => {{{_NAME}
  const asked = indexedDB.open(name, 99);
  await new Promise((resolve, reject) => {{ asked.onsuccess = resolve; asked.onerror = reject; }});
  asked.result.close();
}}"""
GONE = f"""async () => {{{_NAME}
  await new Promise((done) => {{ indexedDB.deleteDatabase(name).onsuccess = done; }});
}}"""


def run(count: int, seed: int) -> Outcome:
    """A phone that broke a promise is put away: what it does next would be no case of its own."""
    notes: list[str] = []
    met: Counter[str] = Counter()
    left = list(range(seed, seed + count))
    while left:
        with glass() as phone:
            found: list[str] = []
            while left and not found:
                each = left.pop(0)
                found = broken_by(partial(_case, phone, each, met))
                notes += [f"seed {each}: {said}" for said in found]
    return Outcome(count, len(notes), notes, dict(met))


def _case(phone: Glass, seed: int, met: Counter[str]) -> list[str]:
    called, case = KINDS[seed % len(KINDS)]
    try:
        case(phone, random.Random(seed), met)
    except AssertionError as broken:
        return [f"{called}: {' '.join(str(broken).split())[:400] or stumbled(broken)}"]
    met[called] += 1
    phone.device.faults.clear()  # that the browser refused was the subject
    phone.device.close()
    return []


def waiting_here(phone: Glass, draw: random.Random) -> Page:
    """The phone, switched on without a server, with one to three visits that wait."""
    phone.server.kill()
    page = phone.open()
    visits = phone.visits(draw, draw.randint(1, 3))
    save(phone, visits)
    assert {each["id"] for each in visits} <= unsent(phone), "with room enough a save was refused"
    return page


def databases_gone(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """All databases are gone: it is said, and after a sign-in what waited arrives and the roster is back."""
    waiting_here(phone, draw)
    count = len(unsent(phone))
    evict(phone, "indexeddb")
    assert found_again(phone) == count, f"{count} waited"
    all_arrived(phone)
    met["records found again after an eviction"] += count


def bucket_gone(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """As Chromium evicts: all but localStorage goes, second copies and worker too. How many are lost is said."""
    page = waiting_here(phone, draw)
    gone = unsent(phone)
    page.goto("about:blank")  # it would send them as soon as there is a server
    phone.server.start()  # not even the program is left on the phone: without a network nothing can be said
    wang = evict(phone, "indexeddb,cache_storage,service_workers,file_systems")
    expect(page.locator("#notice")).to_contain_text(CLEARED)
    sign_in_again(wang)
    notice = page.locator("#notice")
    expect(notice).to_contain_text(f"有 {len(gone)} 条没传的找不回来")
    expect(notice).not_to_contain_text("找回来了")
    wang.open()
    assert set(phone.found()["lost"]) == gone, "it does not know by their ids which are lost"
    wang.tap("看一看")
    expect(page.locator("main")).to_contain_text("请看今天和昨天去过哪几家")
    expect(page.locator("dl.facts")).to_contain_text(re.compile(rf"找不回来\s*{len(gone)} 条"))
    wang.tap("知道了")
    page.wait_for_url("**/field/sync")
    forget(phone, gone)
    all_arrived(phone)
    met["records lost with the whole origin and named as lost"] += len(gone)


def everything_gone(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """As Safari and Firefox evict: nothing is left that knows of a loss. Nothing is claimed, and all begins anew."""
    page = waiting_here(phone, draw)
    gone = unsent(phone)
    page.goto("about:blank")  # it would send them as soon as there is a server
    phone.server.start()
    wang = evict(phone, "all")
    expect(page.locator("#main-form")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(CLEARED)
    sign_in_again(wang)
    wang.open()
    expect(page.locator("#strip")).to_contain_text("手机里还有 0")
    expect(page.locator("main")).not_to_contain_text("找回来了")
    assert not {event["id"] for event in phone.found()["events"]} & gone, "what is gone is shown as kept"
    forget(phone, gone)
    all_arrived(phone)
    met["records lost with every trace of them"] += len(gone)


def evict(phone: Glass, types: str) -> Worker:
    """Takes that much from the origin while no page of it is open; then the worker opens it again."""
    page = phone.page
    assert page is not None
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": phone.server.url, "storageTypes": types})
    wang = Worker(page)
    wang.open()
    return wang


def unsent(phone: Glass) -> set[str]:
    """The ids that wait on this phone and nowhere else."""
    return set(phone.acknowledged) - set(phone.arrived)


def forget(phone: Glass, gone: set[str]) -> None:
    """What the browser took with every copy is asked for no more."""
    phone.acknowledged = [ident for ident in phone.acknowledged if ident not in gone]


def full(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """Random bytes take all room until a save is refused aloud; with room again it is saved, and all arrives.

    The browser measures the room anew only now and then, so that a few saves may still find some.
    """
    waiting_here(phone, draw)
    phone.device.close()  # a browser measures its room anew when it starts
    page = phone.open()
    session, origin = page.context.new_cdp_session(page), {"origin": phone.server.url}
    used = session.send("Storage.getUsageAndQuota", origin)["usage"]
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": used + ROOM})
    page.evaluate(FILL)
    before, ends = len(phone.refused), time.monotonic() + A_MINUTE / 1000
    while len(phone.refused) == before:
        assert time.monotonic() < ends, "no save was refused although there is no room"
        one_more = phone.visits(draw, 1)
        save(phone, one_more)
        session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    refused = phone.refused[before:]
    there = {event["id"] for event in phone.found()["events"]}
    assert not there & set(refused), "a save that was refused is there"
    assert there | set(phone.arrived) >= set(phone.acknowledged), "a save that was acknowledged is not there"
    session.send("Storage.overrideQuotaForOrigin", origin)
    page.evaluate("caches.delete('random')")
    save(phone, one_more)
    assert one_more[0]["id"] in phone.acknowledged, "with room again it could not be saved"
    all_arrived(phone)
    met["saves refused aloud for want of room"] += len(refused)


def save(phone: Glass, visits: list[dict[str, Any]]) -> None:
    """Saves them, and waits until the phone has said of each that it is saved or that it is not."""
    page, before = phone.page, len(phone.acknowledged) + len(phone.refused)
    assert page is not None
    phone.begin(visits)
    for _ in range(400):
        if len(phone.acknowledged) + len(phone.refused) >= before + len(visits):
            return
        page.wait_for_timeout(25)
    raise AssertionError("of a save nothing was said")


def broken(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """The database won't open: a page says so and offers what waits as a file; put anew, the phone finds it again."""
    page = waiting_here(phone, draw)
    ids = {event["id"] for event in phone.found()["events"]} - set(phone.arrived)
    page.evaluate(NEWER)
    wang = Worker(page)
    wang.open()
    expect(page.locator("h1")).to_have_text("这一页没打开")
    expect(page.locator("main")).to_contain_text("记下的都还在")
    text = page.evaluate("async () => (await fetch('/field/rescue?n=0')).text()")
    assert ids <= {json.loads(line)["id"] for line in text.splitlines()[1:]}, "the file lacks what waits"
    page.evaluate(GONE)
    wang.open()
    expect(page.locator("#notice")).to_contain_text("找回来了")
    all_arrived(phone)
    met["records found again after a broken database"] += len(ids)


def torn(phone: Glass, draw: random.Random, met: Counter[str]) -> None:
    """Killed in the middle of a write, and at the start after the next the browser throws the store away."""
    waiting_here(phone, draw)
    phone.device.kill()
    tear(phone.device.folder / "Default", draw)
    phone.open()
    assert {event["id"] for event in phone.found()["events"]} >= unsent(phone), "gone with the write that was cut"
    save(phone, phone.visits(draw, 1))
    phone.device.close()
    phone.open()
    if not phone.found()["signed_in"]:
        count = len(unsent(phone))
        assert found_again(phone) == count, f"{count} waited"
        met["records found again after a write cut short"] += count
    all_arrived(phone)


def all_arrived(phone: Glass) -> None:
    """With a network nothing waits any more, every acknowledged visit is counted once, and every door is there."""
    if phone.server.process is None:
        phone.server.start()
    page, waited = phone.page, unsent(phone)
    assert page is not None
    Worker(page).open()
    expect(page.locator("#strip")).to_contain_text("手机里还有 0", timeout=A_MINUTE)
    phone.arrived = list(phone.acknowledged)
    assert hefeng.coverage(phone.server)["visits"] == len(set(phone.acknowledged)), "the server counts other visits"
    assert hefeng.verified(phone.server)["ok"], "the journal does not verify"
    found = phone.found()
    assert found["places"] == len(phone.doors), f"{found['places']} doors instead of {len(phone.doors)}"
    missed = [f"{each[:8]} ({'it waited' if each in waited else 'it had arrived'})" for each in found["lost"]]
    assert not missed, f"the phone calls lost what it had told: {', '.join(missed)}"


Case = Callable[[Glass, random.Random, Counter[str]], None]
EVICTED: list[tuple[str, Case]] = [
    ("databases evicted", databases_gone),
    ("origin evicted but for localStorage", bucket_gone),
    ("origin evicted whole", everything_gone),
]
FULL = "storage full", full
BROKEN: list[tuple[str, Case]] = [("database broken", broken), ("write cut short", torn)]
KINDS = [kind for n in range(6) for kind in (EVICTED[n % 3], FULL, BROKEN[n % 2])]
