"""青禾镇 as a story meets it: its phones, its places, its office commands, and a ledger.

The ledger is soft: a mismatch is written down with the sentence it breaks and the story goes on, so
that one run tells everything. `settle` raises them together.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import Any

from tests.wire.client import Door, Phone
from tests.wire.figures import CODES, GROUPS, Cells, compare_town, differences, filled, total
from tests.wire.lines import Event, Json, rfc3339
from tests.wire.roster import LATECOMER, VILLAGES, Household, make_roster

Run = Callable[[list[str]], CompletedProcess[str]]
DIGITS = "990102103"
COUNTY = "990102000000"


@dataclass
class World:
    """One town of its own on one server; `alone` when nothing else is in the county."""

    base_url: str
    run: Run
    digits: str = DIGITS
    mark: str = ""
    alone: bool = True
    latecomer: str | None = None
    papers: TemporaryDirectory[str] = field(default_factory=lambda: TemporaryDirectory(prefix="wire-"))
    start: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=5))
    phones: list[Phone] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reviewed: int = 0  # lines sent under a number that was already held with another fact
    lines_put_away: int = 0  # lines held for phones that have left the story
    chain_marked: bool = False  # an enrolment is marked broken; see `verify`
    counted: Json | None = None  # the town's node as it was last compared with the hand counts

    # -- the ledger --------------------------------------------------------------------------

    def expect(self, got: object, wanted: object, sentence: str) -> bool:
        """Note a mismatch under the sentence of the document that it breaks."""
        if got == wanted:
            return True
        self.wrong.append(f"{sentence}\n    got    {got!r}\n    wanted {wanted!r}")
        return False

    def expect_in(self, got: object, readings: tuple[object, ...], sentence: str) -> None:
        """Accept each reading that the document allows, and note which one was met."""
        if got in readings:
            self.notes.append(f"{sentence}: {got!r}")
        else:
            self.expect(got, readings, f"{sentence} (any of these readings)")

    def settle(self) -> None:
        if self.wrong:
            raise AssertionError(f"{len(self.wrong)} mismatches\n- " + "\n- ".join(self.wrong))

    # -- the town ----------------------------------------------------------------------------

    def setup(self) -> Json:
        """village.json as this world's own town, people and digits."""
        text = (Path(__file__).parent / "village.json").read_text(encoding="utf-8")
        value: Json = json.loads(text.replace(DIGITS, self.digits))
        for person in value["people"]:
            person["username"] += self.mark
        return value

    def load(self, setup: Json) -> None:
        """Run `setup` on these data."""
        path = Path(self.papers.name) / "setup.json"
        path.write_text(json.dumps(setup, ensure_ascii=False), encoding="utf-8")
        self.flask("setup", str(path))

    def import_roster(self, village: str, rows: list[Household]) -> Json:
        path = make_roster(rows, Path(self.papers.name) / f"{village}.xlsx")
        code = self.village(village)
        report: Json = self.flask("roster", "import", str(path), "--village", code, "--json")
        return report

    def found(self) -> None:
        """Lay the town out: regions, people, campaign and the 24 doors."""
        self.load(self.setup())
        for village, rows in VILLAGES.items():
            self.import_roster(village, rows)

    def code(self, name: str) -> str:
        """The code of a village ("V1"), a grid ("A") or a group ("A1")."""
        return self.digits + (CODES.get(name) or GROUPS[name])

    def village(self, name: str) -> str:
        return self.code(name)

    # -- phones ------------------------------------------------------------------------------

    def door(self) -> Door:
        return Door(self.base_url)

    def blank_phone(self) -> Phone:
        return Phone(self.door())

    def phone(self, person: str) -> Phone:
        """A new phone of this person, enrolled by password and synced once."""
        phone = self.blank_phone()
        raw = phone.enrol(username=person + self.mark, password=self.password(person))
        if raw.status != 201:
            raise AssertionError(f"{person} cannot enrol: {raw.status} {raw.body[:300]!r}")
        self.phones.append(phone)
        phone.sync()
        return phone

    def password(self, person: str) -> str:
        return f"qinghe-door-{person}-1"

    def place(self, number: str) -> str:
        """The id of a door by its 编号, as any phone of the story has pulled it."""
        for phone in self.phones:
            for place_id, row in phone.rows("place").items():
                if row.data.get("local_no") == number:
                    return place_id
        raise AssertionError(f"no phone has pulled a place with local_no {number}")

    def at(self, minutes: float) -> str:
        """A moment of the story, counted in minutes from five hours ago."""
        return rfc3339(self.start + timedelta(minutes=minutes))

    def visit(self, phone: Phone, number: str, outcome: str, minutes: float, **body: Any) -> Event:
        """Freeze a visit to a door; nothing is sent yet."""
        at = self.at(minutes)
        told = {"place_id": self.place(number), "outcome": outcome, "visited_at": at, **body}
        return phone.event("visit", told, at)

    # -- office ------------------------------------------------------------------------------

    def flask(self, *args: str, code: int = 0, sentence: str = "") -> Any:
        """Run a command; its JSON where it was asked for, else its text."""
        done = self.run(list(args))
        why = sentence or f"flask {' '.join(args[:2])} exits {code}"
        crashed = "Traceback" in done.stderr
        self.expect(crashed, False, f"flask {' '.join(args[:2])} refuses, it does not crash: {done.stderr[-600:]}")
        output = f" ({done.stderr.strip()[-600:]})" if done.returncode != code else ""
        self.expect(done.returncode, code, why + output)
        if "--json" not in args or not done.stdout.strip():
            return done.stdout
        return json.loads(done.stdout)

    def review(self, village: str) -> list[Json]:
        listed = self.flask("places", "review", "--village", self.village(village), "--json")
        items: list[Json] = listed["items"]
        return items

    def item(self, village: str, kind: str, place_id: str) -> str:
        """The one item of this place and kind; noted when there is not exactly one."""
        found = [i for i in self.review(village) if (i["kind"], i["place_id"]) == (kind, place_id)]
        self.expect(len(found), 1, f"one item per place and kind ({kind})")
        return str(found[0]["id"]) if found else "no-such-item"

    def decide(self, item: str, verdict: str, *more: str, by: str = "chen", code: int = 0) -> None:
        self.flask("places", "decide", item, verdict, *more, "--by", by + self.mark, code=code)

    def undo(self, item: str, by: str = "chen", code: int = 0) -> None:
        self.flask("places", "undo", item, "--by", by + self.mark, code=code)

    def enrolment_code(self, person: str) -> str:
        text = self.flask("devices", "code", person + self.mark)
        match = re.search(r"(?<![\w-])\d{4}[ -]?\d{4}(?![\w-])", text)
        if match is None:
            raise AssertionError(f"devices code prints 8 typed digits: {text!r}")
        return re.sub(r"\D", "", match.group())

    def coverage(self, region: str = COUNTY, *more: str) -> Json:
        node: Json = self.flask("coverage", "show", "--region", region, *more, "--json")
        return node

    def figures(self, cells: Cells, story: str, town: Mapping[str, int] | None = None) -> None:
        """Compare the whole tree with the hand counts; `town` repeats the town's sums by hand."""
        sums = total(filled(cells).values())
        for key, value in (town or {}).items():
            if sums[key] != value:
                raise AssertionError(f"{story}: the hand counts of {key} disagree with themselves")
        county = self.coverage(COUNTY, "--campaign", "wire")
        self.counted = self.town_of(county)
        found = compare_town(self.counted, self.digits, cells) if self.counted else ["no town"]
        if self.alone:
            found += differences("county", county, sums)
        if found:
            self.wrong.append(f"counting contract, {story}:\n    " + "\n    ".join(found))

    def town_of(self, county: Json) -> Json | None:
        """This world's own town in the tree of the county."""
        towns = {child["code"]: child for child in county["children"]}
        return towns.get(self.digits + "000")

    # -- the end of every story --------------------------------------------------------------

    def close(self) -> None:
        """Quiet, then: views equal, verify ok, rebuild different 0, figures unmoved; raise all."""
        for phone in self.phones:
            phone.sync()
            self.expect_same_view(phone)
        self.verify()
        rebuilt = self.flask("sync", "rebuild", "--json")
        self.expect(rebuilt["different"], 0, "`sync rebuild` must come out equal")
        if self.counted:
            again = self.town_of(self.coverage(COUNTY, "--campaign", "wire"))
            self.expect(again, self.counted, "after `sync rebuild` every figure stands as before")
        for phone in self.phones:
            self.expect_same_view(phone)
        self.settle()

    def expect_same_view(self, phone: Phone) -> None:
        fresh, mine = phone.fresh().view(), phone.store.view()
        who = phone.worker.get("username")
        apart = {key: (mine.get(key), fresh.get(key)) for key in mine.keys() | fresh.keys()}
        apart = {key: pair for key, pair in apart.items() if pair[0] != pair[1]}
        self.expect(apart, {}, f"I4: {who}'s rows (left) equal a fresh pull's (right)")
        scope = set(phone.last.head["scope"]) if phone.last else set()
        outside = {row.grid for row in phone.store.rows.values() if row.grid} - scope
        self.expect(outside, set(), f"I6: {who} holds no row outside its grids")

    def verify(self) -> None:
        """`sync verify` is ok; where an enrolment is marked, the document allows both answers."""
        done = self.run(["sync", "verify", "--json"])
        told = json.loads(done.stdout)
        self.expect(done.returncode, 0 if told["ok"] else 1, "sync verify: exit 1 if not ok")
        if self.chain_marked:
            self.notes.append(f"sync verify beside a marked enrolment says {told}")
        else:
            self.expect((told["ok"], told["problems"]), (True, []), "sync verify is ok")
        if self.alone:
            held = sum(last - first + 1 for p in self.phones for first, last in p.held)
            held += self.lines_put_away
            sentence = f"`events` counts journal lines ({held} held, {self.reviewed} for review)"
            self.expect(held <= told["events"] <= held + self.reviewed, True, f"{sentence} {told}")

    def put_away(self, phone: Phone) -> None:
        """The phone leaves the story; what the server holds of it is still counted."""
        self.phones.remove(phone)
        self.lines_put_away += sum(last - first + 1 for first, last in phone.held)

    def learn_latecomer(self) -> str:
        """On a throw-away server: the id that the import gives to the door of LATECOMER."""
        self.import_roster("V1", LATECOMER)
        self.phone("wang")
        return self.place(LATECOMER[0].number)
