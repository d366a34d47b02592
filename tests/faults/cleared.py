"""What a phone must say and do after its browser has thrown away the databases, and how a browser comes to that.

LevelDB writes behind a write that was cut short as if it were whole. Chromium reads that at the next start but one,
takes the store for corrupt and deletes it, all databases of the origin with it: a process killed in the middle of a
write loses everything that IndexedDB held, two starts later. What waits has its second copy for this.
"""

from __future__ import annotations

import random
import re
import struct
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser import hefeng
from tests.browser.hands import Worker

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.glass import Glass

CLEARED = "浏览器把这里的资料清掉过"
A_MINUTE = 60_000
A_BLOCK, A_HEAD, WHOLE = 32_768, 7, 1
"""Of LevelDB's log: bytes of a block and of a record's head (checksum, length, kind), and the kind that is whole."""


def tear(profile: Path, draw: random.Random) -> None:
    """The log ends as where its writer was killed: with the head of a record and a part of what that announces."""
    log = max(profile.glob("IndexedDB/*.leveldb/*.log"), key=lambda each: each.stat().st_mtime_ns)
    room = A_BLOCK - log.stat().st_size % A_BLOCK - A_HEAD
    length = draw.randint(1, max(1, min(room, 2_000)))
    with log.open("ab") as file:
        if room > 0:
            file.write(draw.randbytes(4) + struct.pack("<HB", length, WHOLE) + draw.randbytes(draw.randrange(length)))


def found_again(phone: Glass) -> int:
    """The loss is said, and after a sign-in the roster is back, and as many records as were said to have a copy."""
    page = phone.page
    assert page is not None
    notice = page.locator("#notice")
    expect(notice).to_contain_text(CLEARED)
    said = re.search(r"有 (\d+) 条没传的还有一份", notice.inner_text())
    assert said, f"nothing is said of what waits: {notice.inner_text()}"
    if phone.server.process is None:
        phone.server.start()
    sign_in_again(Worker(page))
    expect(notice).to_contain_text(f"有 {said[1]} 条没传的已经找回来了")
    return int(said[1])


def sign_in_again(wang: Worker) -> None:
    """As after a loss: with name and password, and the roster is pulled."""
    username, password = hefeng.WANG
    wang.tap("没有登记码，用登录名和密码")
    wang.page.get_by_label("登录名").fill(username)
    wang.page.get_by_label("密码", exact=True).fill(password)
    wang.tap("登记")
    wang.page.wait_for_url("**/field/lanes", timeout=A_MINUTE)
