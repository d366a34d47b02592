"""The bad days: a server lost, the wrong file restored, a phone lost."""

from __future__ import annotations

import hashlib
import re
import shutil
import signal
import time
from pathlib import Path

from tests.drills.checklist import Checklist
from tests.drills.server import Office, Server, demo, walk
from tests.wire.client import Phone

PHOTO = b"\xff\xd8\xff\xe0 a photo of a door plate"
SHA = hashlib.sha256(PHOTO).hexdigest()
VILLAGE = "990102103201"


def lost_server(folder: Path, list_: Checklist) -> None:
    """The machine is gone, disk and all; a new one takes its place from last night's backup."""
    backups = folder / "elsewhere"
    backups.mkdir()
    with demo(folder) as old:
        first, second = old.phone("w1"), old.phone("w2")
        walk(first, "met_covered", 3, photos=[SHA])
        first.sync()
        first.door.request("PUT", f"/api/v1/blobs/{SHA}", PHOTO, **first.bearer)
        off = old.phone("w3")
        Office(old, "town").switch_off(off)
        made = old.asked("backup", str(backups), "--verify", "--blobs", str(backups / "blobs"))
        list_.check("昨夜的备份验证过", made["verified"], made)
        walk(first, "nobody_home", 4)
        walk(second, "met_declined", 2)
        third = old.phone("w4")
        walk(third, "met_covered", 2)
        for phone in (first, second, third):
            phone.sync()
        walk(second, "met_later", 1)  # not sent any more
        before, port = old.figures(), old.port
        list_.check("今天的记录服务器都收了，只有一条还在手机里", len(second.waiting()) == 1)
        old.end(signal.SIGKILL)
        shutil.rmtree(old.folder)
    lost = time.monotonic()
    new = Server(folder / "new", port)
    try:
        new.flask("db", "upgrade")
        done = new.asked("restore", made["file"], "--blobs", str(backups / "blobs"))
        list_.check("新服务器从备份恢复", done["same_key"] and done["blobs_back"] == 1, done)
        new.start()
        list_.check(f"重新开门，离出事 {time.monotonic() - lost:.0f} 秒", True)
        for phone in (first, second, third):
            phone.sync()
        list_.check("手机自己补齐了，没有人动手", all(not phone.waiting() for phone in (first, second, third)))
        after = new.figures()
        after["visits"] -= 1
        list_.check("数字和出事前一样，加上手机里的那一条", after["visits"] == before["visits"], (before, after))
        list_.check("停用的手机还是停用", off.post_lines([]).status == 403)
        list_.check(
            "每部手机看到的和服务器一样", all(p.store.view() == p.fresh().view() for p in (first, second, third))
        )
        list_.check("账本对得上", new.asked("sync", "verify")["ok"])
        list_.check("重放一遍没有不一样", new.asked("sync", "rebuild")["different"] == 0)
    finally:
        new.end(signal.SIGKILL)


def wrong_restore(folder: Path, list_: Checklist) -> None:
    """Somebody restores the wrong file while everybody works; it is noticed and taken back."""
    with demo(folder) as server:
        phone = server.phone("w1")
        walk(phone, "met_covered", 2)
        phone.sync()
        old = server.asked("backup", str(folder / "old.backup"), "--verify")["file"]
        items = server.asked("places", "review", "--village", VILLAGE)["items"]
        item = next(each["id"] for each in items if each["kind"] in ("away", "new"))
        server.flask("places", "decide", item, "accept", "--by", "hefeng")
        walk(phone, "nobody_home", 3)
        phone.sync()
        right = server.figures()
        half = folder / "half.backup"
        half.write_bytes(Path(old).read_bytes()[:20_000])
        server.flask("restore", str(half), code=1)
        list_.check("半份文件不收，什么都没有改", server.figures() == right)
        done = server.asked("restore", old)
        list_.check("恢复了旧的那份（服务器没有停）", Path(done["before"]).exists(), done)
        phone.sync()
        open_again = server.asked("places", "review", "--village", VILLAGE)["items"]
        list_.check("手机的记录自己回来了", not phone.waiting())
        list_.check("办公室做的事没有了：这就是恢复错了的样子", item in [each["id"] for each in open_again])
        server.flask("restore", done["before"])
        phone.sync()
        list_.check("用留下的那份退回来，数字和出错前一样", server.figures() == right, (right, server.figures()))
        left = server.asked("places", "review", "--village", VILLAGE)["items"]
        list_.check("办公室做的事也回来了", item not in [each["id"] for each in left])
        list_.check("手机看到的和服务器一样", phone.store.view() == phone.fresh().view())
        list_.check("账本对得上", server.asked("sync", "verify")["ok"])


def lost_phone(folder: Path, list_: Checklist) -> None:
    """A phone is lost with records in it; it is switched off, and its worker goes on with another."""
    with demo(folder) as server:
        lost = server.phone("w1")
        walk(lost, "met_covered", 2)
        lost.sync()
        backup = server.asked("backup", str(folder / "one.backup"), "--verify")["file"]
        walk(lost, "met_covered", 2)  # never sent by its owner
        before = server.figures()
        Office(server, "town").switch_off(lost)
        list_.check("镇里在工作台停用了", True)
        answer = lost.post_lines([])
        list_.check(
            "捡到的人打开：名单一行也不给", answer.status == 403 and b'"kind"' not in answer.body, answer.body[:200]
        )
        raw = lost.post_lines([event.line for event in lost.waiting()])
        list_.check(
            "里面没传的还收得下，收完就让它清空", raw.status == 403 and b'"wipe":true' in raw.body, raw.body[:300]
        )
        list_.check("收下的等人核对，没有算进数字", server.figures() == before)
        code = re.sub(r"\D", "", server.flask("devices", "code", "w1"))
        new = Phone(server.door())
        list_.check("本人用登记码换了新手机", new.enrol(code=code).status == 201)
        new.sync()
        list_.check("户表又在手里了", len(new.rows("place")) > 20)
        walk(new, "met_covered", 1)
        new.sync()
        list_.check("接着走", server.figures()["visits"] == before["visits"] + 1)
        server.flask("restore", backup)
        list_.check("恢复旧备份，丢了的手机也活不过来", lost.post_lines([]).status == 403)
