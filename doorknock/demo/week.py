"""A week of visits, as six workers' phones would bring them in."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask.testing import FlaskClient

from doorknock import clock
from doorknock.db import new_id
from doorknock.demo.phone import Phone

PER_DAY = (16, 30)
OUTCOMES = ("met_covered",) * 52 + ("nobody_home",) * 26 + ("met_declined",) * 8 + ("met_later",) * 7 + (
    "remote_covered", "remote_covered", "left_material", "left_material", "minor_only", "unsafe_stop", "away_reported",
)  # fmt: skip


def play(client: FlaskClient, logins: list[tuple[str, str]], today: date, rng: random.Random) -> int:
    """Enrol a phone for each worker and play seven days; how many visits were made."""
    visits = 0
    began = clock.now()
    phones: dict[str, Phone] = {}
    latest = 0 if began.astimezone(clock.SHANGHAI).hour >= 10 else 1  # early in the morning nobody has walked yet
    for back in range(6, latest - 1, -1):
        day = today - timedelta(days=back)
        for number, (username, password) in enumerate(logins):
            silent = back == latest and number == len(logins) - 1
            if silent:
                continue  # one phone has not been in touch: the office should see it
            with clock.pinned(min(_at(day, 7, 40 + number), began)):
                phone = phones.get(username) or phones.setdefault(username, Phone(client, username, password))
                phone.sync()
            until = min(_at(day, 17, 20), began - timedelta(minutes=20 + number))
            visits += _day(phone, _at(day, 8, 10), until, rng)
            with clock.pinned(min(max(until + timedelta(minutes=5), _at(day, 7, 50)), began)):
                phone.sync()
    return visits


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI).astimezone(UTC)


def _day(phone: Phone, begins: datetime, until: datetime, rng: random.Random) -> int:
    doors = _open_doors(phone, rng)
    made = 0
    at = begins
    for place_id, place in doors[: rng.randint(*PER_DAY)]:
        at += timedelta(minutes=rng.randint(8, 22))
        if at > until:
            break
        body = _visit(place_id, place, at, rng)
        phone.record("visit", at, body)
        made += 1
    if made and rng.random() < 0.3:
        _odd_door(phone, at + timedelta(minutes=2), doors, rng)
    return made


def _open_doors(phone: Phone, rng: random.Random) -> list[tuple[str, dict[str, Any]]]:
    closed = {
        v["place_id"] for v in phone.rows.get("visit", {}).values()
        if v["outcome"] in ("met_covered", "met_declined", "remote_covered") and not v["superseded_by"]
    }  # fmt: skip
    places = phone.rows["place"].items()
    doors = [(i, p) for i, p in places if i not in closed and p["status"] == "active"]
    doors.sort(key=lambda door: door[1]["row_order"])
    start = rng.randrange(max(1, len(doors) // 2))
    return doors[start:] + doors[:start]


def _visit(place_id: str, place: dict[str, Any], at: datetime, rng: random.Random) -> dict[str, Any]:
    outcome = rng.choice(OUTCOMES)
    body: dict[str, Any] = {
        "place_id": place_id,
        "outcome": outcome,
        "mode": "planned",
        "visited_at": clock.text_of(at),
    }
    adults = min(place["adults"] or 1, rng.randint(1, 3))
    if outcome in ("met_covered", "remote_covered"):
        body["adults_listened"] = adults
        body["materials"] = [{"material": "door_card", "quantity": 1}]
        body["app"] = _asked(adults, rng)
    if outcome == "met_covered":
        body["commitment"] = _commitment(rng)
    if outcome == "nobody_home":
        body["next_try"] = {"slot": rng.choice(("evening", "weekend", "noon"))}
    if outcome == "away_reported":
        body["away"] = {"kind": "外出务工", "back_on": clock.day_of(at + timedelta(days=80)).isoformat()}
    return body


def _asked(adults: int, rng: random.Random) -> dict[str, int]:
    answers = ("installed_before", "installed_now", "wants_later", "declined", "no_smartphone")
    counts = dict.fromkeys(answers, 0)
    for _ in range(adults):
        counts[rng.choices(answers, (40, 18, 14, 12, 16))[0]] += 1
    return counts


def _commitment(rng: random.Random) -> dict[str, Any]:
    method = rng.choices(("screen", "paper", "oral", "declined", "not_asked"), (58, 12, 8, 12, 10))[0]
    said: dict[str, Any] = {"version": "1", "method": method}
    if method == "screen":
        said["signer_relation"] = rng.choice(("head", "spouse", "other_adult"))
        said["strokes"] = [
            [[rng.randrange(40, 460), rng.randrange(40, 200)] for _ in range(rng.randint(5, 12))] for _ in range(4)
        ]
    if method == "paper":
        said["paper_no"] = f"{rng.randrange(10000):04d}"
    return said


def _odd_door(phone: Phone, at: datetime, doors: list[tuple[str, dict[str, Any]]], rng: random.Random) -> None:
    """What a worker finds now and then: a door that is not on the roster, or one that should not be."""
    place_id, place = rng.choice(doors)
    if rng.random() < 0.5:
        phone.record("place_report", at, {"place_id": place_id, "report": "wrong"})
        return
    phone.record("place_new", at, {
        "place_id": new_id(), "grid": place["grid"], "group": place["group"], "kind": "rental",
        "contact_name": "新来的租户", "landmark": "路口新楼", "address": {"door": "新楼1号"}, "adults": 2,
    })  # fmt: skip
