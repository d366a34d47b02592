"""A phone's exported file, brought in by staff: the same checks as at the wire, and the same effect, once."""

from __future__ import annotations

import io
import json

from tests.hefeng import OTHER, VILLAGE, Hefeng, Screen, changed, plain
from tests.wire.client import Phone

PAGE = f"/office/phonefile/{VILLAGE}"
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def exported(phone: Phone) -> bytes:
    """The file that 「把没传的存成文件」 makes: a head, then what waits, each line as it was frozen."""
    lines = [event.line for event in phone.waiting()]
    head = {"protocol": 1, "device_id": phone.device_id, "worker_id": phone.worker["id"], "events": len(lines)}
    return b"".join(line + b"\n" for line in (json.dumps(head).encode(), *lines))


def bring(screen: Screen, data: bytes, status: int = 200, page: str = PAGE) -> str:
    answer = screen.client.post(page, data={"file": (io.BytesIO(data), "doorknock-wang.ndjson")})
    assert answer.status_code == status, answer.text
    return plain(answer.text)


def test_who_may_not_is_refused(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    for person in ("gao", "xu", "lin"):
        bring(village.office(person), exported(phone), status=403)
    lin = village.office("lin")
    assert "不是这里的网格员的" in bring(lin, exported(phone), 422, f"/office/phonefile/{OTHER}")
    assert village.figures() == changed()


def test_a_file_takes_effect_and_the_phone_knows_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1009", "met_covered", 2)
    told = bring(village.office("chen"), exported(phone))
    assert "王建国的手机，文件里 2 条" in told
    assert "收下了 1" in told
    assert "留着待看 1" in told
    assert village.figures() == changed(**COVERED)
    answer = phone.sync()
    assert answer.held == [[1, 2]]
    assert answer.attention == [(2, "out_of_scope")]
    village.stands()


def test_a_file_brought_twice_or_after_the_sync_changes_nothing(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    file = exported(phone)
    phone.sync()
    chen = village.office("chen")
    for _ in range(2):
        told = bring(chen, file)
        assert "收下了 0 早就收到了 1 留着待看 0" in told
    assert village.figures() == changed(**COVERED)
    village.stands()


def test_what_a_chat_program_adds_is_taken_off(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "nobody_home", 1)
    village.visit(phone, "1001", "met_covered", 2)
    sent = b"\xef\xbb\xbf" + exported(phone).replace(b"\n", b"\r\n")
    assert "收下了 2" in bring(village.office("chen"), sent)
    assert phone.sync().held == [[1, 2]]
    village.stands()


def test_a_changed_line_is_no_event_or_breaks_the_chain(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_declined", 1)
    village.visit(phone, "1002", "nobody_home", 2)
    cut = exported(phone).replace(b"met_declined", b"met_covered") + b'{"n": 3, "id'
    told = bring(village.office("chen"), cut)
    assert "收下了 1" in told
    assert "留着待看 1" in told
    assert "文件第 4 行不是记录" in told
    assert (2, "chain_broken") in phone.sync().attention


def test_another_file_is_refused_in_a_sentence(village: Hefeng) -> None:
    chen = village.office("chen")
    for data in (b"", b"\x89PNG\r\n", b"[1]\n", b'{"device_id": 7}\n', b"{" * 100_000):
        assert "不是手机上「把没传的存成文件」存出来的" in bring(chen, data, 422)
    unknown = b'{"protocol": 1, "device_id": "0193aaaa-0000-7000-8000-000000000001"}\n'
    assert "没有登记过这部手机" in bring(chen, unknown, 422)
    assert "还没有选文件" in plain(chen.client.post(PAGE, data={}).text)
