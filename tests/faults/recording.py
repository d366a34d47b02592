"""Records what today's phone says on the wire, for good: ``python -m tests.faults.recording v1-2``.

One is made when a protocol version is released or learns to say more, and never again: it is what phones in the field
still say. The ids of this one village stand in it as they were; a replay puts its own in their place.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

from tests.faults import village
from tests.faults.founding import SQLITE, WORKER, asked, code
from tests.faults.pocket import Pocket, carried
from tests.faults.town import Town, served
from tests.wire.lines import rfc3339

CORPUS = Path(__file__).parent.parent / "wire" / "corpus"
OWN = ("authorization", "content-type", "content-encoding", "content-digest", "accept", "accept-encoding")
"""Headers that a phone means; the others are of its network."""


def main(name: str) -> None:
    target = CORPUS / f"{name}.json"
    if target.exists():
        raise SystemExit(f"{target} is recorded already")
    with served(SQLITE) as town, carried(town) as pocket:
        pocket.road.heard.clear()
        ids = _ids(town)
        moment = rfc3339(pocket.twin.now())
        _live(pocket, ids)
        said = {"protocol": 1, "recorded": moment, "ids": ids, "requests": [_read(raw) for raw in pocket.road.heard]}
    CORPUS.mkdir(exist_ok=True)
    target.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _ids(town: Town) -> dict[str, str]:
    """Names for what differs from village to village."""
    places = {f"place {row[0]}": row[1] for row in town.ask("SELECT local_no, id FROM place")}
    return places | {"campaign": town.ask("SELECT id FROM campaign")[0][0]}


def _live(pocket: Pocket, ids: dict[str, str]) -> None:
    """Everything that a phone can say, in a life of three enrolments."""
    base, digits = pocket.road.url, code(pocket.town.app, WORKER)
    password = {"username": WORKER, "password": village.person(WORKER, "", "", [])["password"]}
    ids["code"] = digits
    ids["token 1"] = pocket.do("sign_in", base=base, proof={"code": digits})["token"]
    pocket.round()
    for kind, body in _deeds(pocket, ids):
        pocket.do("record", kind=kind, body=body)
    _deliver(pocket)
    ids["token 2"] = pocket.do("renew", base=base)["token"]
    pocket.save(random.Random(1), 1)
    _deliver(pocket)
    ids["token 3"] = pocket.do("sign_in", base=base, proof=password)["token"]
    pocket.save(random.Random(2), 12)
    _deliver(pocket)
    _answer_and_lock(pocket, ids)


def _answer_and_lock(pocket: Pocket, ids: dict[str, str]) -> None:
    """A question of the office is answered, a photo is missed, and a locked phone hands its boxes in."""
    ids["ask"] = asked(pocket.town.app)
    pocket.round()
    lost = hashlib.sha256(b"a photo that the browser took").hexdigest()
    body = {"place_id": ids["place 1004"], "outcome": "nobody_home", "photos": [lost]}
    pocket.do("record", kind="explanation", body={"item_id": ids["ask"], "text": "那天桥断了，改到今天去。"})
    pocket.do("record", kind="visit", body=body)
    pocket.round()  # now the photo is asked for, and missed
    _deliver(pocket)
    pocket.save(random.Random(3), 2)
    locked = pocket.do("lock", pin="402957")
    handed = pocket.do("deliver", base=pocket.road.url)
    if (locked, handed) != ({"done": True}, {"outcome": "ok", "sent": 2}):
        raise SystemExit(f"the locked phone did not hand in its boxes: {locked}, {handed}")


def _deliver(pocket: Pocket) -> None:
    shown = pocket.round()
    if (shown["outcome"], shown["waiting"], shown["attention"]) != ("ok", 0, 0):
        raise SystemExit(f"not everything was taken: {shown}")


def _deeds(pocket: Pocket, ids: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """One event of every kind that a phone says unasked, each field of its body in use at least once."""
    door, other, third = (ids[f"place {n}"] for n in (1001, 1002, 1003))
    moment, campaign = rfc3339(pocket.twin.now()), ids["campaign"]
    whole = {
        "place_id": door, "campaign_id": campaign, "mode": "planned", "outcome": "met_covered", "visited_at": moment,
        "started_at": moment, "adults_listened": 2, "note": "老人听得仔细。", "receipt_code": "A7K3",
        "app": {"installed_before": 1, "installed_now": 1, "wants_later": 0, "declined": 0, "no_smartphone": 0},
        "materials": [{"material": "leaflet", "quantity": 2, "batch": "1"}], "quiz": {"asked": 3, "correct": 2},
        "answers": {}, "commitment": {"version": "1", "method": "screen", "signer_relation": "head",
                                      "signer_name": "王水根", "strokes": [[10, 10, 20, 30, 40, 35]]},
        "photos": [pocket.do("photo", text="一张照片")["sha256"]], "geo": {"lat": 30.1, "lon": 104.2, "accuracy": 12},
    }  # fmt: skip
    visit = pocket.do("record", kind="visit", body=whole)["id"]
    slip = {"version": "1", "method": "paper", "paper_no": "7"}
    paper = {"place_id": other, "outcome": "met_covered", "commitment": slip}
    signed = pocket.do("record", kind="visit", body=paper)["id"]
    nobody = pocket.do("record", kind="visit", body={"place_id": third, "outcome": "nobody_home"})["id"]
    new = {"grid": "990102103201001", "group": "990102103201001", "kind": "shop", "contact_name": "新来", "adults": 1}
    return [
        ("correction", {"supersedes": visit, "place_id": door, "campaign_id": campaign, "outcome": "met_later",
                        "next_try": {"slot": "evening", "date": None}}),
        ("correction", {"supersedes": nobody, "void": True, "reason": "误点"}),
        ("visit", {"place_id": third, "outcome": "away_reported",
                   "away": {"kind": "working", "back_on": "2027-02-01"}}),
        ("visit", {"place_id": third, "outcome": "met_declined", "do_not_return": True}),
        ("place_new", new | {"place_id": "01900000-0000-7000-8000-000000000001", "address": {"door": "9"}}),
        ("place_edit", {"place_id": door, "landmark": "老槐树东", "nickname": "根叔"}),
        ("place_report", {"place_id": third, "report": "wrong"}),
        ("place_report", {"place_id": other, "report": "duplicate", "duplicate_of": door}),
        ("commitment_withdrawal", {"commitment_id": signed}),
        ("commitment_withdrawal", {"place_id": door}),
        ("posting", {"kind": "poster", "grid": "990102103201001", "spot": "村口", "count": 2}),
        ("activity", {"kind": "meeting", "grid": "990102103201001", "name": "坝坝会", "people": 30, "handouts": 25}),
    ]  # fmt: skip


def _read(raw: bytes) -> dict[str, Any]:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    named = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    plain = gzip.decompress(body) if named.get("content-encoding") == "gzip" else body
    headers = {name: named[name] for name in OWN if name in named}
    return {"method": method, "path": path, "headers": headers, "text": plain.decode()}


if __name__ == "__main__":
    main(sys.argv[1])
