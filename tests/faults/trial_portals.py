"""Everything that answers in the server's stead: captive portals, redirects, proxies, and answers meant for others."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable

from tests.faults.founding import SQLITE
from tests.faults.pocket import Json, Pocket, carried, judge
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome
from tests.wire.client import NDJSON

NAME = "captive portals and redirects, 20 shapes"
EXPECTED = "never an acknowledgement, nothing dropped or wiped; the next round delivers"
GOAL, SHORT = 400, 20
LOGIN = "<!doctype html><meta charset=utf-8><title>登录上网</title><form action=http://portal.example/><input></form>"
HTML, JSON, PROBLEM = "text/html; charset=utf-8", "application/json", "application/problem+json"


def http(status: str, body: bytes | str = b"", media: str = HTML, **headers: str) -> bytes:
    """A whole HTTP answer; the road ends behind it, and says so, or the next round would set out on a dead one."""
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": media, "Content-Length": str(len(data)), "Connection": "close"} | headers
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + data


def sealed_for_another(pocket: Pocket) -> bytes:
    """A true answer of this very server under another phone's seal, with more held than ours has."""
    other = pocket.town.phone(gzip=False)
    pocket.town.visits(other, random.Random(1), 40)
    other.send(other.waiting())
    return other.post_lines([]).body


def unsealed(held: int, seal: str = "") -> str:
    """An answer that acknowledges all, by somebody who has read the document but has no token."""
    head: Json = {
        "server_time": "2026-11-21T17:20:00+08:00", "epoch": "x", "held": [[1, held]], "tip": None,
        "covered": [[1, held]], "attention": [], "blobs_wanted": [], "scope": [], "forget": [],
    }  # fmt: skip
    return json.dumps(head) + "\n" + json.dumps({"cursor": None, "more": False, "seal": seal}) + "\n"


def packed(text: str) -> bytes:
    """The text in an HTTP answer under our media type, compressed."""
    return http("200 OK", gzip.compress(text.encode()), NDJSON, Content_Encoding="gzip")


SHAPES: dict[str, Callable[[Pocket], bytes]] = {
    "200 and a page to log in": lambda _: http("200 OK", LOGIN),
    "200 and a page under our media type": lambda _: http("200 OK", LOGIN, NDJSON),
    "200 and nothing": lambda _: http("200 OK", b"", NDJSON),
    "204": lambda _: b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "200 and JSON that says ok": lambda _: http("200 OK", '{"code": 0, "msg": "ok", "held": [[1, 99]]}\n', JSON),
    "200 and a page that refreshes itself": lambda _: http("200 OK", "<meta http-equiv=refresh content=0>"),
    "301": lambda p: http("301 Moved Permanently", LOGIN, Location=f"{p.road.url}/login"),
    "302": lambda p: http("302 Found", LOGIN, Location=f"{p.road.url}/login"),
    "303": lambda p: http("303 See Other", LOGIN, Location=f"{p.road.url}/login"),
    "307, which carries a batch on": lambda p: http("307 Temporary Redirect", Location=f"{p.road.url}/x"),
    "308": lambda p: http("308 Permanent Redirect", Location=f"{p.road.url}/x"),
    "401 and a page": lambda _: http("401 Unauthorized", LOGIN, WWW_Authenticate="Basic"),
    "403 in the words of our server": lambda _: http("403 Forbidden", '{"code": "device_revoked"}', PROBLEM),
    "407": lambda _: http("407 Proxy Authentication Required", LOGIN, Proxy_Authenticate="Basic"),
    "511": lambda _: http("511 Network Authentication Required", LOGIN),
    "502 of a proxy": lambda _: http("502 Bad Gateway", "<h1>502</h1>"),
    "503 with a time to wait": lambda _: http("503 Service Unavailable", "<h1>busy</h1>", Retry_After="1"),
    "200 and an acknowledgement without a seal": lambda _: http("200 OK", unsealed(99), NDJSON),
    "200 and a seal that anybody can make": lambda _: packed(unsealed(99, "0" * 64)),
    "200 and the answer to another phone": lambda p: http("200 OK", sealed_for_another(p), NDJSON),
}  # fmt: skip


def run(count: int, seed: int) -> Outcome:
    """Each case is one shape, met by a phone with a few unsent visits."""
    names = list(SHAPES)
    with served(SQLITE) as town, carried(town) as pocket:
        for each in range(seed, seed + count):
            name = names[each % len(names)]
            found = _case(pocket, random.Random(each), SHAPES[name])
            town.note(each, [f"{name}: {sentence}" for sentence in found])
        town.note(seed, town.unsound())
        return Outcome(count, min(count, len(town.bad)), town.bad)


def _case(pocket: Pocket, dice: random.Random, shape: Callable[[Pocket], bytes]) -> list[str]:
    before = pocket.save(dice, dice.randint(1, 3))
    pocket.road.heard.clear()
    after = pocket.round(Spoil(answer=shape(pocket)))
    asked = [request.split(b" ", 2)[1] for request in pocket.road.heard]
    found = judge(before, after, pocket.held()) + acknowledged(before, after)
    if asked != [b"/api/v1/sync"]:
        found.append(f"it asked for {asked}")
    if after["outcome"] == "ok":
        found.append("the round counts as done")
    healed = pocket.round()
    if (healed["outcome"], healed["waiting"], healed["unsent"]) != ("ok", 0, []):
        found.append(f"on the true line again {healed}")
    return found


def acknowledged(before: Json, after: Json) -> list[str]:
    """What a portal must not change."""
    kept = ("held", "waiting", "told", "unsent")
    return [f"{name} was {before[name]}, is {after[name]}" for name in kept if before[name] != after[name]]
