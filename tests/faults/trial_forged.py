"""Forged records: sent by a real phone of 禾丰村 through the real doors, for what is not its worker's to say."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

from sqlalchemy import func, select, text

from doorknock import create_app
from doorknock.changes import GridHead
from doorknock.db import db
from doorknock.sync import journal
from doorknock.sync.journal import JournalLine
from tests import databases
from tests.faults import forgeries
from tests.faults.forgeries import LINES, Victims
from tests.faults.trial import Outcome, broken_by
from tests.hefeng import OTHER, VILLAGE, Hefeng
from tests.wire.client import Phone
from tests.wire.lines import to_json
from tests.wire.roster import LIUXI, make_roster

NAME = "forged records"
EXPECTED = "each refused or in quarantine; nothing counted, changed or shown to any other phone"
GOAL, SHORT, BLOCK = 22 * 59, 120, 120
"""59 of each of 22 forgeries: 17 kinds are lines that must be in quarantine, which makes 1,003."""
A_PHONE = 40
"""Cases before the forger enrols afresh: what is held back is told in every answer."""
TABLES = ("visit", "commitment", "withdrawal", "place", "field_edit", "review_report", "contribution", "counter")
REQUESTS = ("token", "renewal", "file", "photo")
"""Forgeries that are no lines."""
ASIDE = {journal.QUARANTINE: "lines in quarantine", journal.REVIEW: "lines under another's id kept for review"}
"""Where a forged line may be in the journal; the second is for another fact under an id that is in effect."""
REFUSED = "requests refused"


def run(count: int, seed: int) -> Outcome:
    with founded() as village:
        known = forgeries.victims(village)
        notes, met = play(village, known, range(seed, seed + count))
        return Outcome(count, min(count, len(notes)), notes, dict(met))


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


def play(village: Hefeng, known: Victims, cases: range) -> tuple[list[str], Counter[str]]:
    """A sentence for every forgery that was taken, or that was answered otherwise than it must be; where they went."""
    before, notes, met = state(village), [], Counter[str]()
    phone = village.phone("wang")
    for at, case in enumerate(cases):
        if at and at % A_PHONE == 0:
            phone = village.phone("wang")
        wrong = broken_by(partial(one, village, known, phone, case, met))
        after = state(village)
        if after != before:
            changed = sorted(name for name in after if after[name] != before[name])
            wrong, before = [*wrong, f"changed {changed}"], after
        if wrong:
            notes.append(f"seed {case}: {' '.join(wrong)}")
    told = village.flask("sync", "verify", "--json")
    if not told["ok"]:
        notes.append(f"seed {cases[0]}–{cases[-1]}: the journal no longer verifies: {told['problems'][:3]}")
    return notes, met


def one(village: Hefeng, known: Victims, phone: Phone, case: int, met: Counter[str]) -> list[str]:
    """Send one forgery; what is wrong with what became of it, else nothing."""
    dice = random.Random(case)
    kinds = [make.__name__ for make in LINES] + list(REQUESTS)
    kind = kinds[case % len(kinds)]
    if kind in REQUESTS:
        status, wanted = request(village, known, phone, kind, dice)
        met[REFUSED] += status in wanted
        return [] if status in wanted else [f"{kind} was answered with {status}"]
    forged = LINES[case % len(kinds)](dice, known)
    n, line = forgeries.freeze(phone, forged, dice, known)
    answer = phone.send([line], **forgeries.unasked(dice, known))
    if not phone.holds(n):
        return [f"{kind} is not held"]
    codes = [code for number, code in answer.attention if number == n]
    wrong = [] if codes and codes[0] in forged.codes else [f"{kind} was taken as {codes}"]
    return wrong + aside(village, phone, n, forged.codes, met)


def aside(village: Hefeng, phone: Phone, n: int, codes: tuple[str, ...], met: Counter[str]) -> list[str]:
    """The journal itself, whatever the phone is told, has the line in quarantine, for one of these reasons."""
    of_line = select(JournalLine.state, JournalLine.code).where(
        JournalLine.device_id == phone.device_id, JournalLine.n == n
    )
    with village.app.app_context():
        found = [(row.state, row.code) for row in db.session.execute(of_line)]
    state, code = found[0] if len(found) == 1 else ("", None)
    if state != (journal.REVIEW if codes == ("body_differs",) else journal.QUARANTINE) or code not in codes:
        return [f"in the journal as {found}"]
    met[ASIDE[state]] += 1
    return []


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
