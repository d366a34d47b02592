"""禾丰村 in one process: its 12 doors, its people, Python phones on the wire, office screens signed in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from doorknock.campaigns.models import Campaign, plainly
from tests.wire.answer import Raw, decoded
from tests.wire.client import Door, Phone
from tests.wire.lines import Event, Json, rfc3339
from tests.wire.roster import HEFENG, Household, make_roster

SETUP = Path(__file__).parent / "wire" / "village.json"
VILLAGE, OTHER, TOWN = "990102103201", "990102103202", "990102103000"
GRID_A, GRID_B = "990102103201001", "990102103201002"
EMPTY = {
    "N": 12, "away": 0, "pending": 0, "D": 12, "attempted": 0, "met": 0, "covered": 0, "declined": 0, "closed": 0,
    "signed": 0, "offered": 0, "visits": 0,
}  # fmt: skip


class InProcess(Door):
    """A phone's road to a server that is in the same process."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__("http://localhost")
        self.client = client

    def once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Raw:
        response = self.client.open(path, method=method, data=body, headers=headers)
        kept = {name.lower(): value for name, value in response.headers.items()}
        return decoded(response.status_code, kept, response.data)


@dataclass
class Hefeng:
    """The village on one application; `start` is five hours ago, and `at(3)` three minutes later."""

    app: Flask
    folder: Path
    start: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=5))
    ids: dict[str, str] = field(default_factory=dict)

    def found(self) -> Hefeng:
        """Regions, people, campaign and the doors of the village."""
        self.flask("setup", str(SETUP))
        self.import_roster(HEFENG)
        phone = self.phone("zhou")
        self.ids = {row.data["local_no"]: ident for ident, row in phone.rows("place").items()}
        return self

    def import_roster(self, rows: list[Household]) -> Json:
        path = make_roster(rows, self.folder / "户表.xlsx")
        answer: Json = self.flask("roster", "import", str(path), "--village", VILLAGE, "--json")
        return answer

    def flask(self, *arguments: str, code: int = 0) -> Any:
        """What a command answers: its JSON where it was asked for, else its text."""
        with self.app.app_context():  # as `flask` itself gives every command
            done = self.app.test_cli_runner().invoke(args=list(arguments))
        assert done.exit_code == code, done.output or repr(done.exception)
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def phone(self, person: str) -> Phone:
        """A new phone of this person, enrolled and synced once."""
        phone = Phone(InProcess(self.app.test_client()))
        assert phone.enrol(username=person, password=f"qinghe-door-{person}-1").status == 201
        phone.sync()
        return phone

    def office(self, person: str) -> Screen:
        """An office screen with this person signed in."""
        client = self.app.test_client()
        answer = client.post("/login", data={"username": person, "password": f"qinghe-door-{person}-1", "next": ""})
        assert answer.status_code == 302, answer.text
        return Screen(client)

    def at(self, minutes: float) -> str:
        return rfc3339(self.start + timedelta(minutes=minutes))

    def visit(self, phone: Phone, number: str, outcome: str, minutes: float, **more: Any) -> Event:
        """Freeze a visit to a door; nothing is sent yet."""
        at = self.at(minutes)
        return phone.event("visit", {"place_id": self.ids[number], "outcome": outcome, "visited_at": at} | more, at)

    def correct(self, phone: Phone, target: str, number: str, outcome: str, at: str) -> Event:
        body = {"supersedes": target, "place_id": self.ids[number], "outcome": outcome, "visited_at": at}
        return phone.event("correction", body, at)

    def void(self, phone: Phone, target: str, at: str) -> Event:
        return phone.event("correction", {"supersedes": target, "void": True, "reason": "误点"}, at)

    def report(self, phone: Phone, number: str, kind: str, minutes: float | None = None, of: str = "") -> Event:
        body: Json = {"place_id": self.ids[number], "report": kind}
        if of:
            body["duplicate_of"] = self.ids[of]
        return phone.event("place_report", body, None if minutes is None else self.at(minutes))

    def figures(self) -> Json:
        """The village's own figures, without children and install counts."""
        node = self.flask("coverage", "show", "--region", VILLAGE, "--json")
        return {name: node[name] for name in EMPTY}

    def campaign(self) -> Campaign:
        """The one campaign, to be looked at."""
        with self.app.app_context():
            [found] = plainly(VILLAGE[:6])
        return found

    def items(self) -> list[tuple[str, str | None]]:
        """What waits for review: (kind, number on the roster)."""
        listed = self.flask("places", "review", "--village", VILLAGE, "--json")["items"]
        return [(item["kind"], item["local_no"]) for item in listed]

    def item(self, kind: str, number: str) -> str:
        listed = self.flask("places", "review", "--village", VILLAGE, "--json")["items"]
        return next(str(i["id"]) for i in listed if (i["kind"], i["place_id"]) == (kind, self.ids[number]))

    def stands(self) -> None:
        """What must hold after any deed: verify is ok, and a rebuild comes out equal and moves no figure."""
        before = self.figures()
        told = self.flask("sync", "verify", "--json")
        assert (told["ok"], told["problems"]) == (True, [])
        assert self.flask("sync", "rebuild", "--json")["different"] == 0
        assert self.figures() == before


@dataclass
class Screen:
    """An office screen: GET and POST like a browser without scripts."""

    client: FlaskClient

    def get(self, path: str, *, status: int = 200, htmx: bool = False) -> str:
        answer = self.client.get(path, headers={"HX-Request": "true"} if htmx else {})
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, *, status: int = 303, **form: Any) -> TestResponse:
        answer = self.client.post(path, data=form, content_type="multipart/form-data")
        assert answer.status_code == status, answer.text
        return answer


def plain(html: str) -> str:
    """A page's words without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def changed(**figures: int) -> Json:
    """The figures of the untouched village with these instead."""
    return EMPTY | figures
