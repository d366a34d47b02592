"""The same request again: after an answer that was lost behind the commit, and two to ten times at once."""

from __future__ import annotations

import http.client
import random
import select
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from urllib.parse import urlsplit

from tests.faults.founding import by_database
from tests.faults.town import CUT, TOLD, Town, numbers, served, told
from tests.faults.trial import Outcome, broken_by
from tests.wire.answer import Answer, Raw
from tests.wire.client import NDJSON, Phone
from tests.wire.lines import content_digest, to_json

NAME = "answer cut after the commit and asked again; 2 to 10 duplicates at once to 4 workers"
EXPECTED = "one effect; the same answer to all"
GOAL, SHORT, BLOCK = 3000, 200, 200
EVENTS = 8
COMMITTED_WITHIN = 30
"""Seconds within which a request that was sent whole is in the journal; what was cut before that proves nothing."""
UNSEEN, UNREAD = "cut behind the commit before the answer", "cut behind the commit with the answer on its way"
READ, AT_ONCE = "answers lost behind the door", "sent many times at once"


def run(count: int, seed: int) -> Outcome:
    """Databases take turns."""
    bad = []
    met: Counter[str] = Counter()
    for database, seeds in by_database(seed, count).items():
        with served(database, workers=4, options=("--preload",)) as town:
            for each in seeds:
                case = _at_once if is_at_once(each) else _cut
                town.note(each, broken_by(partial(case, town, random.Random(each), met)))
            town.note(seeds[-1], broken_by(town.unsound))
            bad += town.bad
    return Outcome(count, min(count, len(bad)), bad, {name: met[name] for name in (UNSEEN, UNREAD, READ, AT_ONCE)})


def is_at_once(seed: int) -> bool:
    """Of the first 200 cases each second pair is sent many times at once, in all 1,000 of 3,000; the others are cut."""
    return seed % 4 < 2 if seed <= 200 else seed % 28 < 9


def _request(town: Town, dice: random.Random) -> tuple[Phone, bytes, dict[str, str]]:
    phone = town.abreast()
    town.visits(phone, dice, dice.randint(1, EVENTS))
    lines = [to_json(phone.head()), *(event.line for event in phone.waiting())]
    body = b"".join(line + b"\n" for line in lines)
    return phone, body, {**phone.bearer, "Content-Type": NDJSON, "Content-Digest": content_digest(body)}


def _cut(town: Town, dice: random.Random, met: Counter[str]) -> list[str]:
    """The answer gets lost, seen by nobody or only by us; a phone that asks again is told the same."""
    phone, body, headers = _request(town, dice)
    lost = None
    if dice.random() < 0.5:
        met[_hang_up(town, phone, body, headers)] += 1
    else:
        lost = told(phone.door.once("POST", "/api/v1/sync", body, headers), phone.token)
        met[READ] += 1
    again = [told(phone.door.request("POST", "/api/v1/sync", body, **_names(headers)), phone.token) for _ in range(2)]
    return judge(town, phone, [*again, *([lost] if lost else [])])


def _hang_up(town: Town, phone: Phone, body: bytes, headers: dict[str, str]) -> str:
    """Send everything and go as soon as the journal has it; whether the answer was on its way by then."""
    parts = urlsplit(town.server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=COMMITTED_WITHIN)
    with closing(connection):
        connection.request("POST", "/api/v1/sync", body=body, headers=headers)
        ends = time.monotonic() + COMMITTED_WITHIN
        while town.held(phone) != sorted(phone.events):
            if time.monotonic() > ends:
                raise TimeoutError(f"{len(phone.events)} events of {phone.device_id} did not get into the journal")
        answered, _, _ = select.select([connection.sock], [], [], 0)
        return UNREAD if answered else UNSEEN


def _at_once(town: Town, dice: random.Random, met: Counter[str]) -> list[str]:
    phone, body, headers = _request(town, dice)
    met[AT_ONCE] += 1
    copies = dice.randint(2, 10)
    came: list[Raw] = []
    gate = threading.Barrier(copies)

    def send() -> None:
        gate.wait()
        with suppress(*CUT):
            came.append(phone.door.request("POST", "/api/v1/sync", body, **_names(headers)))

    threads = [threading.Thread(target=send) for _ in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return judge(town, phone, [told(raw, phone.token) for raw in came]) + (
        [] if len(came) == copies else [f"{copies - len(came)} of {copies} copies were not answered"]
    )


def judge(town: Town, phone: Phone, answers: list[Answer | None]) -> list[str]:
    """One effect and one answer, whoever heard it."""
    found = town.whole(phone)
    if None in answers:
        found.append(f"{answers.count(None)} of {len(answers)} copies were refused")
    heard = [answer for answer in answers if answer]
    said = {to_json({name: answer.head[name] for name in TOLD}) for answer in heard}
    rows = {to_json({"rows": answer.rows, "cursor": answer.tail["cursor"]}) for answer in heard}
    if len(said) > 1 or len(rows) > 1:
        found.append(f"answers differ: {sorted(said)}, {len(rows)} sets of rows")
    if any(numbers(answer) != sorted(phone.events) for answer in heard):
        found.append("an answer does not acknowledge what it took")
    return found


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}
