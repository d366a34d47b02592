"""What is not whole is not taken: short, cut, unterminated, mis-digested, malformed."""

import gzip
import socket
from typing import Any
from urllib.parse import urlsplit

from tests.wire.client import NDJSON, Phone
from tests.wire.lines import content_digest, to_json
from tests.wire.roster import LIUXI
from tests.wire.world import World


def whole_body(world: World, phone: Phone) -> bytes:
    """A head and six good visits, as bytes; nothing of it has been sent."""
    if not phone.events:
        for minute, home in enumerate(LIUXI[:6]):
            world.visit(phone, home.number, "met_covered", minute)
    lines = [to_json(phone.head()), *(event.line for event in phone.waiting())]
    return b"".join(line + b"\n" for line in lines)


def damaged(world: World) -> None:
    phone = world.phone("zhao")
    body = whole_body(world, phone)
    packed = gzip.compress(body)
    zipped = {"Content_Encoding": "gzip"}
    cases: list[tuple[str, bytes, dict[str, str]]] = [
        ("without a newline at its end", body[:-1], {}),
        ("cut in the middle of a line", body[:-40], {}),
        ("a gzip without its end", packed[:-9], zipped),
        ("a gzip cut in half", packed[: len(packed) // 2], zipped),
        ("a gzip that is none", body, zipped),
        ("gzip of a body without a newline", gzip.compress(body[:-1]), zipped),
        ("a wrong digest", body, {"Content_Digest": content_digest(body + b" ")}),
        ("a digest whose name was spoilt", body, {"Content_Digest": content_digest(body).replace("sha-2", "sha-r")}),
        ("a digest of another kind alone", body, {"Content_Digest": "sha-512=:YWJj:"}),
        (
            "the digest of the decoded body, not of what was sent",
            packed,
            {**zipped, "Content_Digest": content_digest(body)},
        ),
    ]
    for name, sent, headers in cases:
        raw = phone.post(sent, **headers)
        world.expect((raw.status, raw.code), (400, "damaged"), f"{name} → 400 `damaged`")
        nothing_applied(world, phone, name)
    for name, sent, headers in (("plain", body, {}), ("gzip", packed, zipped)):
        shorter_than_announced(world, phone, sent, headers, name)
        nothing_applied(world, phone, f"shorter than announced, {name}")
    world.figures({}, "nothing applied")
    answer = phone.sync()
    world.expect(answer.held, [[1, 6]], "the same events, whole, are taken at once")
    done = dict.fromkeys(("attempted", "met", "covered", "closed", "visits"), 6)
    world.figures({"C1": done}, "sent whole")
    world.close()


def nothing_applied(world: World, phone: Phone, name: str) -> None:
    answer = phone.send()
    told = (answer.held, answer.attention, answer.rows)
    world.expect(told, ([], [], []), f"{name}: nothing applied")


def shorter_than_announced(world: World, phone: Phone, body: bytes, headers: dict[str, str], name: str) -> None:
    """Announce more than is sent, then close the sending half."""
    parts = urlsplit(phone.door.base_url)
    lines = [
        "POST /api/v1/sync HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Authorization: Bearer {phone.token}",
        f"Content-Type: {NDJSON}",
        f"Content-Length: {len(body) + 500}",
        "Connection: close",
        *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items()),
    ]
    address = (parts.hostname or "", parts.port or 80)
    with socket.create_connection(address, timeout=60) as wire:
        wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        wire.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
    status = answer.split(b" ", 2)[1:2]
    sentence = f"a body shorter than announced ({name}) → 400 `damaged`"
    world.expect((status, b'"damaged"' in answer), ([b"400"], True), f"{sentence}: {answer[:200]!r}")


def malformed(world: World) -> None:
    """400 `malformed` is for the head; 422 for a protocol that is not spoken here."""
    phone = world.phone("zhao")
    event = world.visit(phone, "2001", "met_covered", 1)
    good = phone.head()
    heads: list[tuple[str, bytes, tuple[Any, ...]]] = [
        ("not JSON", b"hello", ((400, "malformed"),)),
        ("an array", b"[]", ((400, "malformed"),)),
        ("a number", b"1", ((400, "malformed"),)),
        ("not UTF-8", b"\xff\xff", ((400, "malformed"),)),
        ("protocol 99", to_json(good | {"protocol": 99}), ((422, "unknown_protocol"),)),
        ("protocol 0", to_json(good | {"protocol": 0}), ((422, "unknown_protocol"),)),
        ("cursor a text", to_json(good | {"cursor": "x"}), ((400, "malformed"),)),
        ("cursor.grids a list", to_json(good | {"cursor": bad_cursor(good)}), ((400, "malformed"),)),
        ("sent_at no time", to_json(good | {"sent_at": "soon"}), ((400, "malformed"),)),
        ("limit a text", to_json(good | {"limit": "much"}), ((400, "malformed"),)),
    ]
    without = {key: value for key, value in good.items() if key != "protocol"}
    either = ((400, "malformed"), (422, "unknown_protocol"))
    heads.append(("no protocol", to_json(without), either))
    heads.append(("protocol a text", to_json(good | {"protocol": "1"}), either))
    for name, head, wanted in heads:
        raw = phone.post(head + b"\n" + event.line + b"\n")
        world.expect((raw.status, raw.code) in wanted, True, f"{name}: {raw.status} {raw.code}")
        shape = raw.json() if raw.code else {}
        world.expect(shape.get("status", raw.status), raw.status, "RFC 9457: status repeats itself")
        nothing_applied(world, phone, f"head {name}")
    answer = phone.sync()
    world.expect(answer.held, [[1, 1]], "the whole head is understood")
    one = dict.fromkeys(("attempted", "met", "covered", "closed", "visits"), 1)
    world.figures({"C1": one}, "malformed heads")
    world.close()


def bad_cursor(head: dict[str, Any]) -> dict[str, Any]:
    return {**head["cursor"], "grids": [1, 2]}
