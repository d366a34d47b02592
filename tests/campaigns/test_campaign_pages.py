"""行动 in the office: what the town changes, phones hear; a text never changes; a recording is known by its content."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any

from doorknock.audit import AuditLine
from doorknock.campaigns.models import campaign_id
from doorknock.db import db
from tests.hefeng import Hefeng, plain
from tests.wire.client import Phone
from tests.wire.lines import Json

ID = campaign_id("990102", "wire")
HERE = f"/office/campaigns/{ID}"
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 20
FORM: dict[str, Any] = {"name": "禾丰敲门行动", "starts": "2026-01-01", "ends": "2027-12-31"}
ALL = ["app", "commitment", "materials"]


def told(phone: Phone) -> Json:
    """The campaign as this phone knows it after a round."""
    phone.sync()
    return phone.rows("campaign")[ID].data


def audited(village: Hefeng) -> list[str]:
    with village.app.app_context():
        lines = db.session.scalars(db.select(AuditLine).order_by(AuditLine.at))
        return [line.verb for line in lines if line.verb.startswith(("campaign", "text"))]


def upload(data: bytes, name: str) -> dict[str, Any]:
    return {"file": (BytesIO(data), name)}


def test_who_does_not_run_the_campaign_changes_nothing(village: Hefeng) -> None:
    for person in ("chen", "xu", "gao"):
        village.office(person).post(HERE, status=403, **FORM | {"name": "改个名"})
    for person in ("chen", "xu"):
        village.office(person).post(f"{HERE}/texts", status=403, text="新的一版")
        village.office(person).post(f"{HERE}/texts/1/audio", status=403, **upload(MP3, "a.mp3"))
    assert told(village.phone("wang"))["name"] == "禾丰敲门行动"
    assert audited(village) == []


def test_photos_are_off_until_the_town_turns_them_on(village: Hefeng) -> None:
    phone = village.phone("wang")
    assert told(phone)["parts"] == {"app": True, "commitment": True, "materials": True, "photos": False, "pin": False}
    tang = village.office("tang")
    assert "照片平时不开。" in plain(tang.get("/office/campaigns"))
    tang.post(HERE, status=200, **FORM | {"parts": ["commitment", "photos"]})
    assert told(phone)["parts"] == {"app": False, "commitment": True, "materials": False, "photos": True, "pin": False}
    assert audited(village) == ["campaign.change"]


def test_a_lock_is_asked_for_only_where_the_town_wants_it_and_then_before_anything_is_pulled(village: Hefeng) -> None:
    tang, phone = village.office("tang"), village.phone("wang")
    assert "要 6 位密码" in plain(tang.get("/office/campaigns"))
    assert asked(phone) is False
    tang.post(HERE, status=200, **FORM | {"parts": [*ALL, "pin"]})
    assert told(phone)["parts"]["pin"] is True
    assert asked(phone) is True
    assert "手机要上锁" in plain(village.office("chen").get("/office/campaigns"))
    tang.post(HERE, status=200, **FORM | {"parts": [*ALL, "pin"], "starts": "2026-01-01", "ends": "2026-01-02"})
    assert asked(phone) is False, "only a campaign that runs"


def asked(phone: Phone) -> bool:
    """Whether an enrolment now asks for a PIN."""
    raw = phone.door.post_json("/api/v1/devices", {"renew": True}, Authorization=f"Bearer {phone.token}")
    wanted: bool = json.loads(raw.body)["pin"]
    return wanted


def test_a_campaign_that_ends_before_it_begins_is_refused_and_what_was_typed_stays(village: Hefeng) -> None:
    tang = village.office("tang")
    page = tang.post(HERE, status=422, **FORM | {"what": "campaign", "name": "冬季敲门", "ends": "2025-01-01"}).text
    assert "结束日期在开始日期前面" in page
    assert 'value="冬季敲门"' in page
    for bad in ({"name": " "}, {"starts": "someday"}):
        tang.post(HERE, status=422, **FORM | bad)
    assert told(village.phone("wang"))["name"] == "禾丰敲门行动"


def test_a_new_text_is_a_new_version_and_the_old_one_keeps_its_words(village: Hefeng) -> None:
    phone = village.phone("wang")
    before = told(phone)["commitment"]
    text = "不把银行卡、验证码给别人。\n先问家人和村里。"
    village.office("gao").post(f"{HERE}/texts", status=200, text=text.replace("\n", "\r\n"))
    after = told(phone)["commitment"]
    assert after == {
        "version": "2",
        "text": text,
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "audio": None,
    }
    page = village.office("tang").get("/office/campaigns")
    assert before["text"] in page
    assert before["text_hash"] in page
    refused = village.office("tang").post(f"{HERE}/texts", status=422, version="1", text="换掉第一版")
    assert "文字不能改" in refused.text
    village.office("tang").post(f"{HERE}/texts", status=422, text=text)
    assert audited(village) == ["text.new"]


def test_a_recording_is_known_by_its_content_and_not_by_its_name(village: Hefeng) -> None:
    tang = village.office("tang")
    for data, name, why in (
        (b"<script>alert(1)</script>", "录音.mp3", "不是 mp3、m4a 或 ogg"),
        (b"PK\x03\x04 a zip", "a.ogg", "不是 mp3、m4a 或 ogg"),
        (b"", "a.mp3", "还没有选录音"),
        (MP3 + bytes(1_000_000), "a.mp3", "录音太大了"),
    ):
        assert why in plain(tang.post(f"{HERE}/texts/1/audio", status=422, **upload(data, name)).text)
    assert told(village.phone("wang"))["commitment"]["audio"] is None
    assert audited(village) == []


def test_a_recording_is_fetched_by_phones_replaced_and_taken_away(village: Hefeng) -> None:
    phone, gao = village.phone("wang"), village.office("gao")
    gao.post(f"{HERE}/texts/1/audio", status=200, **upload(MP3, "随便什么名字"))
    sha = told(phone)["commitment"]["audio"]
    assert sha == hashlib.sha256(MP3).hexdigest()
    raw = phone.door.request("GET", f"/api/v1/blobs/{sha}", b"", **phone.bearer)
    assert (raw.status, raw.body, raw.headers["content-type"]) == (200, MP3, "audio/mpeg")
    assert phone.door.request("GET", f"/api/v1/blobs/{sha}").status == 401
    heard = gao.client.get(f"{HERE}/texts/1/audio")
    assert (heard.status_code, heard.data) == (200, MP3)
    for data in (b"OggS" + bytes(100), b"\x00\x00\x00\x20ftypM4A " + bytes(100), b"ID3" + bytes(100)):
        gao.post(f"{HERE}/texts/1/audio", status=200, **upload(data, "a"))
        assert told(phone)["commitment"]["audio"] == hashlib.sha256(data).hexdigest()
    assert phone.door.request("GET", f"/api/v1/blobs/{sha}", b"", **phone.bearer).status == 404, (
        "replaced: not given out"
    )
    gao.post(f"{HERE}/texts/1/audio", status=200, off="1")
    assert told(phone)["commitment"]["audio"] is None
    assert audited(village) == ["text.sound"] * 4 + ["text.sound_off"]


def test_what_a_phone_sent_is_not_given_out_by_the_phones_door(village: Hefeng) -> None:
    phone = village.phone("wang")
    photo = b"\xff\xd8\xff\xe0 a photo"
    sha = hashlib.sha256(photo).hexdigest()
    village.visit(phone, "1001", "met_covered", 1, photos=[sha])
    phone.sync()
    put = phone.door.request("PUT", f"/api/v1/blobs/{sha}", photo, **phone.bearer)
    assert put.status == 204
    assert phone.door.request("GET", f"/api/v1/blobs/{sha}", b"", **phone.bearer).status == 404
