"""The browser's storage fails the phone: emptied behind its back, full to the last byte, a database that won't open."""

from __future__ import annotations

import json
import random

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.faults.glass import Glass, glass
from tests.faults.trial import Outcome

NAME = "storage evicted, quota full, IndexedDB broken"
EXPECTED = "said aloud, unsent recovered, roster pulled again"
GOAL, SHORT, BLOCK = 150, 3, 6
A_MINUTE = 60_000
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
    notes: list[str] = []
    with glass() as phone:
        for each in range(seed, seed + count):
            draw = random.Random(each)
            try:
                CASES[each % len(CASES)](phone, draw)
            except AssertionError as broken:
                notes.append(f"seed {each}: {str(broken).splitlines()[0]}")
            phone.device.faults.clear()  # that the browser refused was the subject
            phone.device.close()
    return Outcome(count, len(notes), notes)


def waiting_here(phone: Glass, draw: random.Random) -> Page:
    """The phone, switched on without a server, with one to three visits that wait."""
    phone.server.kill()
    page = phone.open()
    before, count = len(phone.acknowledged), draw.randint(1, 3)
    phone.begin(phone.visits(draw, count))
    while len(phone.acknowledged) < before + count:
        page.wait_for_timeout(5)
    return page


def evicted(phone: Glass, draw: random.Random) -> None:
    """All databases are gone: it is said, and after a sign-in what waited arrives and the roster is back."""
    page = waiting_here(phone, draw)
    page.goto("about:blank")
    origin = {"origin": phone.server.url, "storageTypes": "indexeddb"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", origin)
    wang = Worker(page)
    wang.open()
    expect(page.locator("main")).to_contain_text("浏览器把这里的资料清掉过")
    phone.server.start()
    sign_in_again(wang)
    expect(page.locator("#notice")).to_contain_text("找回来了")
    all_arrived(phone)


def full(phone: Glass, draw: random.Random) -> None:
    """Random bytes take all room: a save is refused aloud or true; with room again it is saved, and all arrives."""
    waiting_here(phone, draw)
    phone.device.close()  # a browser measures its room anew when it starts
    page = phone.open()
    session, origin = page.context.new_cdp_session(page), {"origin": phone.server.url}
    used = session.send("Storage.getUsageAndQuota", origin)["usage"]
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": used + ROOM})
    page.evaluate(FILL)
    one_more = phone.visits(draw, 1)
    phone.begin(one_more)
    ident = one_more[0]["id"]
    for _ in range(200):
        if ident in (*phone.acknowledged, *phone.refused):
            break
        page.wait_for_timeout(50)
    there = {event["id"] for event in phone.found()["events"]}
    assert (ident in there) == (ident in phone.acknowledged), "what was said of the save is not so"
    assert ident in there or ident in phone.refused, "a save that failed was not said aloud"
    session.send("Storage.overrideQuotaForOrigin", origin)
    page.evaluate("caches.delete('random')")
    phone.begin(one_more)
    all_arrived(phone)


def broken(phone: Glass, draw: random.Random) -> None:
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


def sign_in_again(wang: Worker) -> None:
    """As after a loss: with name and password, and the roster is pulled."""
    username, password = hefeng.WANG
    wang.tap("没有登记码，用登录名和密码")
    wang.page.get_by_label("登录名").fill(username)
    wang.page.get_by_label("密码", exact=True).fill(password)
    wang.tap("登记")
    wang.page.wait_for_url("**/field/lanes", timeout=A_MINUTE)


def all_arrived(phone: Glass) -> None:
    """With a network nothing waits any more, every acknowledged visit is counted once, and every door is there."""
    if phone.server.process is None:
        phone.server.start()
    page = phone.page
    assert page is not None
    Worker(page).open()
    expect(page.locator("#strip")).to_contain_text("手机里还有 0", timeout=A_MINUTE)
    phone.arrived = list(phone.acknowledged)
    assert hefeng.coverage(phone.server)["visits"] == len(set(phone.acknowledged)), "the server counts other visits"
    assert hefeng.verified(phone.server)["ok"], "the journal does not verify"
    found = phone.found()
    assert found["places"] == len(phone.doors), f"{found['places']} doors instead of {len(phone.doors)}"
    assert not found["lost"], "the phone misses what it had told"


CASES = (evicted, full, broken)
