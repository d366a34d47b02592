"""Forged records: sent by a real phone of 禾丰村 through the real doors, for what is not its worker's to say."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from sqlalchemy import func, select, text

from doorknock import create_app
from doorknock.changes import GridHead
from doorknock.db import db
from tests import databases
from tests.faults import forgeries
from tests.faults.forgeries import LINES, Victims
from tests.faults.trial import Outcome
from tests.hefeng import OTHER, VILLAGE, Hefeng
from tests.wire.client import Phone
from tests.wire.lines import to_json
from tests.wire.roster import LIUXI, make_roster

NAME = "forged records"
EXPECTED = "each refused or in quarantine; nothing counted, changed or shown to any other phone"
GOAL, SHORT, BLOCK = 1000, 120, 120
A_PHONE = 40
"""Cases before the forger enrols afresh: what is held back is told in every answer."""
TABLES = ("visit", "commitment", "withdrawal", "place", "field_edit", "review_report", "contribution", "counter")
REQUESTS = ("token", "renewal", "file", "photo")
"""Forgeries that are no lines."""


def run(count: int, seed: int) -> Outcome:
    with founded() as village:
        known = forgeries.victims(village)
        notes = play(village, known, range(seed, seed + count))
        return Outcome(count, min(count, len(notes)), notes)


@contextmanager
def founded() -> Iterator[Hefeng]:
    """Both villages on a database of their own."""
    with tempfile.TemporaryDirectory(prefix="doorknock-forged-") as name:
        folder = Path(name)
        (folder / "made").mkdir()
        source = databases.Sqlite(folder / "made")
        source.prepare()
        app = create_app(databases.settings(source.migrated(), folder))
        village = Hefeng(app, folder).found()
        path = make_roster(LIUXI, folder / "柳溪.xlsx")
        village.flask("roster", "import", str(path), "--village", OTHER, "--json")
        yield village
        with app.app_context():
            db.engine.dispose()


def play(village: Hefeng, known: Victims, cases: range) -> list[str]:
    """A sentence for every forgery that was taken, or that was answered otherwise than it must be."""
    before, notes = state(village), []
    phone = village.phone("wang")
    for at, case in enumerate(cases):
        if at and at % A_PHONE == 0:
            phone = village.phone("wang")
        wrong = one(village, known, phone, random.Random(case), case)
        after = state(village)
        if after != before:
            changed = sorted(name for name in after if after[name] != before[name])
            wrong, before = f"{wrong} changed {changed}".strip(), after
        if wrong:
            notes.append(f"case {case}: {wrong}")
    told = village.flask("sync", "verify", "--json")
    return notes + [f"the journal no longer verifies: {told['problems'][:3]}"] * (not told["ok"])


def one(village: Hefeng, known: Victims, phone: Phone, dice: random.Random, case: int) -> str:
    """Send one forgery; what is wrong with what became of it, else nothing."""
    kinds = [make.__name__ for make in LINES] + list(REQUESTS)
    kind = kinds[case % len(kinds)]
    if kind in REQUESTS:
        status, wanted = request(village, known, phone, kind, dice)
        return "" if status in wanted else f"{kind} was answered with {status}"
    forged = LINES[case % len(kinds)](dice, known)
    n, line = forgeries.freeze(phone, forged, dice, known)
    answer = phone.send([line], **forgeries.unasked(dice, known))
    if not phone.holds(n):
        return f"{kind} is not held"
    codes = [code for number, code in answer.attention if number == n]
    return "" if codes and codes[0] in forged.codes else f"{kind} was taken as {codes}"


def request(
    village: Hefeng, known: Victims, phone: Phone, kind: str, dice: random.Random
) -> tuple[int, tuple[int, ...]]:
    """Send a forgery that is no line: its answer's status, and which are right."""
    if kind in ("token", "renewal"):
        bearer = {"Authorization": f"Bearer {forgeries.token(phone, known, dice)}"}
        if kind == "renewal":
            return phone.door.post_json("/api/v1/devices", {"renew": True}, **bearer).status, (401,)
        body = to_json(phone.head()) + b"\n"
        return phone.door.request("POST", "/api/v1/sync", body, **bearer).status, (401,)
    if kind == "photo":
        path = f"/api/v1/blobs/{dice.getrandbits(256):064x}"
        return phone.door.request("PUT", path, dice.randbytes(64), **phone.bearer).status, (403,)
    victim = dice.choice(known.phones[:1])
    n = max(victim.events, default=0) + 1 + dice.randrange(50)
    head = {"protocol": 1, "device_id": victim.device_id, "worker_id": victim.worker["id"], "events": 1}
    fact = {"n": n, "id": "x", "kind": "visit", "at": village.at(3), "prev": "0" * 64, "body": {}}
    data = BytesIO(json.dumps(head).encode() + b"\n" + json.dumps(fact).encode() + b"\n")
    lin = village.office("lin").client  # the cadre of another village
    return lin.post(f"/office/phonefile/{OTHER}", data={"file": (data, "phone.ndjson")}).status_code, (422,)


def state(village: Hefeng) -> dict[str, object]:
    """Everything that would move if something took effect."""
    with village.app.app_context():
        found: dict[str, object] = {
            table: db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES  # noqa: S608
        }  # fmt: skip
        found["change numbers"] = db.session.scalar(select(func.sum(GridHead.seq)))
    return found


def figures(village: Hefeng) -> dict[str, object]:
    """The figures of both villages."""
    return {
        code: village.flask("coverage", "show", "--region", code, "--json")["visits"] for code in (VILLAGE, OTHER)
    }  # fmt: skip
