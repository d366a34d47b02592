"""Photos of a visit: small, without a word of where they were taken, kept with the draft, sent after facts."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import hefeng
from tests.browser.hands import Worker, until
from tests.browser.slices import campaign, door_page, photograph, sign_in
from tests.live import LiveServer

A_MINUTE = 60_000


def at_the_form(server: LiveServer, page: Page, *, photos: bool = True) -> Worker:
    """王建国 has opened the form 讲了 at 王桂兰's door."""
    hefeng.settle(server)
    campaign(server, photos=photos)
    wang = Worker(page)
    wang.enrol("一组")
    wang.door("王桂兰")
    wang.outcome("讲了")
    return wang


def shoot(page: Page, data: bytes, name: str = "IMG_1.jpg") -> None:
    """The camera hands a picture over."""
    file: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": data}
    page.locator("[data-photo]").set_input_files(file)


def sent(server: LiveServer) -> list[bytes]:
    """Every file on the server's shelf."""
    return [path.read_bytes() for path in sorted(Path(server.folder).rglob("blobs/*/*"))]


def test_without_the_switch_there_is_no_camera(live_server: LiveServer, phone: Page) -> None:
    at_the_form(live_server, phone, photos=False)
    expect(phone.get_by_text("什么时候讲的")).to_be_visible()
    assert phone.locator("[data-photo]").count() == 0


def test_a_photo_leaves_the_phone_small_and_without_a_word_of_where_it_was_taken(
    live_server: LiveServer, phone: Page, office: Page
) -> None:
    taken = photograph()
    assert b"Exif" in taken
    assert b"QingheCam" in taken
    wang = at_the_form(live_server, phone)
    expect(phone.get_by_text("只拍资料和门牌，不拍人")).to_be_visible()
    shoot(phone, taken)
    expect(phone.locator(".thumbs li")).to_have_count(1, timeout=20_000)
    width = "image => image.complete && image.naturalWidth"
    until(phone, f"({width})(document.querySelector('.thumbs img')) > 0")
    wang.save()
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    for _ in range(100):
        if sent(live_server):
            break
        phone.wait_for_timeout(200)
    [data] = sent(live_server)
    picture = Image.open(BytesIO(data))
    assert (picture.format, max(picture.size), len(data) < 400_000) == ("JPEG", 1280, True)
    assert (dict(picture.getexif()), picture.info.get("exif")) == ({}, None)
    for trace in (b"Exif", b"QingheCam", b"GPS", b"http://ns.adobe.com"):
        assert trace not in data
    sign_in(office)
    door_page(office, "王桂兰")
    expect(office.locator(".photos img")).to_be_visible()
    until(office, f"({width})(document.querySelector('.photos img')) > 0")


def test_three_at_most_one_can_be_taken_away_and_the_draft_keeps_them(live_server: LiveServer, phone: Page) -> None:
    wang = at_the_form(live_server, phone)
    live_server.stop()
    for n in range(3):
        shoot(phone, photograph(640 + n, 480))
        expect(phone.locator(".thumbs li")).to_have_count(n + 1, timeout=20_000)
        expect(phone.locator("[data-said]")).to_be_hidden()  # 正在缩小… stands until the draft has it
    expect(phone.locator(".shoot")).to_be_hidden()
    phone.reload()
    wang.ready()
    expect(phone.locator(".thumbs li")).to_have_count(3)
    phone.locator("[data-drop]").first.tap()
    expect(phone.locator(".thumbs li")).to_have_count(2)
    expect(phone.locator(".shoot")).to_be_visible()
    for _ in range(50):
        if kept(phone) == 2:
            break
        phone.wait_for_timeout(100)
    assert kept(phone) == 2, "what was taken away is gone from the phone"
    wang.save()
    expect(phone.locator("main")).to_contain_text("已存好")
    phone.goto(phone.url.replace("/saved/", "/visits/"))
    expect(phone.locator(".facts")).to_contain_text("2 张")


def kept(page: Page) -> int:
    """How many photos lie in the phone's stores."""
    count: Any = page.evaluate(
        """async () => {
          let all = 0;
          for (const { name } of await indexedDB.databases()) {
            const opening = indexedDB.open(name);
            const db = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
            if (db.objectStoreNames.contains('blobs')) {
              const asked = db.transaction('blobs').objectStore('blobs').count();
              all += await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
            }
            db.close();
          }
          return all;
        }"""
    )
    return int(count)


def test_a_full_store_says_so_and_loses_nothing_else(live_server: LiveServer, phone: Page) -> None:
    wang = at_the_form(live_server, phone)
    wang.more("听讲的大人")
    phone.wait_for_timeout(1_000)  # a draft is at most a second late
    # The browser's own word for a full disk, at the one store that takes photos.
    phone.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (value, ...more) {
            if (this.name === 'blobs') throw new DOMException('full', 'QuotaExceededError');
            return put.call(this, value, ...more);
          };
        }"""
    )
    shoot(phone, photograph(640, 480))
    expect(phone.locator("[data-said]")).to_have_text("手机空间满了，这张没存上。别的都还在，照常保存就行。")
    expect(phone.locator(".thumbs li")).to_have_count(0)
    wang.save()
    expect(phone.locator(".facts")).to_contain_text("2 位")


def test_a_picture_that_is_none_is_said_to_be_none(live_server: LiveServer, phone: Page) -> None:
    at_the_form(live_server, phone)
    shoot(phone, b"not a picture " + hashlib.sha256(b"x").digest())
    expect(phone.locator("[data-said]")).to_have_text("这张打不开，请再拍一张。")
