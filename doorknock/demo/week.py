"""A week of visits, as six workers' phones would bring them in."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask.testing import FlaskClient

from doorknock import clock
from doorknock.demo import town
from doorknock.demo.phone import Phone

PER_DAY = (12, 22)
OUTCOMES = ("met_covered",) * 52 + ("nobody_home",) * 26 + ("met_declined",) * 8 + ("met_later",) * 7 + (
    "remote_covered", "remote_covered", "left_material", "left_material", "minor_only", "unsafe_stop", "away_reported",
)  # fmt: skip


def last_day() -> date:
    """The day on which the demo's people were walking last: early in the morning that was yesterday."""
    now = clock.now().astimezone(clock.SHANGHAI)
    return now.date() if now.hour >= 10 else now.date() - timedelta(days=1)


def play(client: FlaskClient, logins: list[tuple[str, str]], days: list[date], rng: random.Random) -> dict[str, Phone]:
    """Enrol a phone for each worker and play these days; the phones, by login name."""
    phones: dict[str, Phone] = {}
    for day in days:
        for number, (username, password) in enumerate(logins):
            with clock.pinned(at(day, 7, 40 + number)):
                if username not in phones:
                    phones[username] = Phone(client, username, password)
            walk(phones[username], day, number, rng)
    return phones


def walk(phone: Phone, day: date, number: int, rng: random.Random) -> None:
    """One worker's day as far as it has come: in touch before and after; no two (``number``) in the same minute."""
    now = clock.now()
    until = min(at(day, 17, 20), now - timedelta(minutes=20 + number))
    with clock.pinned(at(day, 7, 45 + number)):
        phone.sync()
    _day(phone, at(day, 8, 10), until, rng)
    with clock.pinned(min(until + timedelta(minutes=5 + number), now)):
        phone.sync()


def at(day: date, hour: int, minute: int) -> datetime:
    """An instant of a Shanghai day."""
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI).astimezone(UTC)


def _day(phone: Phone, begins: datetime, until: datetime, rng: random.Random) -> None:
    moment = begins
    for place_id, place in _open_doors(phone, rng)[: rng.randint(*PER_DAY)]:
        moment += timedelta(minutes=rng.randint(8, 22))
        if moment > until:
            break
        phone.record("visit", moment, _visit(place_id, place, moment, rng))


def known(place: dict[str, Any]) -> bool:
    """Whether the door has a story of its own, which the week does not touch."""
    named = {f"{group}{number}号" for group, number in town.KNOWN[town.HEFENG]}
    return place["grid"].startswith(town.VILLAGES[0][0]) and place["address"]["door"] in named


def _open_doors(phone: Phone, rng: random.Random) -> list[tuple[str, dict[str, Any]]]:
    closed = {
        v["place_id"] for v in phone.rows.get("visit", {}).values()
        if v["outcome"] in ("met_covered", "met_declined", "remote_covered") and not v["superseded_by"]
    }  # fmt: skip
    doors = [
        (i, p) for i, p in phone.rows["place"].items()
        if i not in closed and p["status"] == "active" and not known(p)
    ]  # fmt: skip
    doors.sort(key=lambda door: door[1]["row_order"])
    start = rng.randrange(max(1, len(doors) // 2))
    return doors[start:] + doors[:start]


def _visit(place_id: str, place: dict[str, Any], at: datetime, rng: random.Random) -> dict[str, Any]:
    outcome = rng.choice(OUTCOMES)
    if outcome == "away_reported" and place["grid"].startswith(town.VILLAGES[0][0]):
        outcome = "nobody_home"  # what 禾丰村 has to decide stands at the doors of its stories, at any hour the same
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
