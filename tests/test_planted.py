"""A hundred planted names and numbers go through office and phone, and stand in no log, address or error page."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from doorknock import create_app, logs
from doorknock.places import listing
from tests.doors_table import TABLE
from tests.hefeng import GRID_A, VILLAGE, Hefeng, Screen
from tests.wire.roster import Household

GIVEN = "珺瑶璟瑜琬琰玥瑾璇瓒"
ADDRESS = re.compile(r'(?:href|src|action|formaction|hx-[a-z]+|data-poll)="([^"]*)"')


def planted(seed: int = 20261122) -> list[tuple[str, str]]:
    """Fifty people: a name that nobody has, and a number that nobody has."""
    draw = random.Random(seed)
    names = [a + b + c for a in ("欧阳", "司马", "上官", "诸葛") for b in GIVEN for c in GIVEN if b != c]
    numbers = draw.sample(range(100_000_000), 50)
    return list(zip(draw.sample(names, 50), (f"199{n:08d}" for n in numbers), strict=True))


PEOPLE = planted()
WORDS = [word for person in PEOPLE for word in person]


@pytest.fixture
def talking(settings: dict[str, object]) -> Iterator[Flask]:
    """The application as it talks in earnest, with faults answered as in earnest."""
    root = logging.getLogger()
    before = root.handlers, root.level
    app = create_app(settings | {"ACCESS_LOG": True, "PROPAGATE_EXCEPTIONS": False})
    logs.listen()
    yield app
    root.handlers = before[0]
    root.setLevel(before[1])


class Tour:
    """Somebody who goes everywhere, and keeps every address they saw and every refusal that they read."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.refusals: list[str] = []

    def saw(self, answer: TestResponse) -> str:
        said: str = answer.data.decode("utf-8", "replace")  # a file may be no text at all
        self.addresses.append(answer.request.url)
        self.addresses += [unescape(found) for found in ADDRESS.findall(said)]
        self.addresses.append(answer.headers.get("Location", ""))
        if answer.status_code >= 400 and ("出错编号" in said or answer.is_json):
            self.refusals.append(said)
        return said


def found_in(texts: list[str]) -> set[str]:
    """Which planted words stand in these texts, percent signs taken off."""
    whole = "\n".join(texts) + "\n" + "\n".join(unquote(text) for text in texts)
    return {word for word in WORDS if word in whole}


def plant(app: Flask, folder: Path) -> Hefeng:
    """禾丰村 with fifty doors of planted people, a login that is called like one, and records that name them."""
    village = Hefeng(app, folder).found()
    rows = [
        Household("A1", str(3000 + n), f"一组{100 + n}号", name, 2, number, "住户", f"{name}家")
        for n, (name, number) in enumerate(PEOPLE)
    ]
    village.import_roster(rows)
    phone = village.phone("zhou")
    village.ids = {row.data["local_no"]: ident for ident, row in phone.rows("place").items()}
    for n, (name, number) in enumerate(PEOPLE[:20]):
        more: dict[str, Any] = {"note": f"{name} {number}"}
        if n % 2:
            more["commitment"] = {"method": "signed", "version": "1", "signer_name": name, "signer_relation": "本人"}
        village.visit(phone, str(3000 + n), "met_covered" if n % 3 else f"{name}", n + 1, **more)
    body = {"place_id": village.ids["3001"], "contact_name": PEOPLE[30][0], "phone": PEOPLE[30][1]}
    phone.event("place_edit", body, village.at(30))
    phone.event("place_new", {"grid": GRID_A, "group": GRID_A, "contact_name": PEOPLE[31][0]}, village.at(31))
    phone.sync()
    return village


def walk_every_page(village: Hefeng, tour: Tour, screens: dict[str, Screen]) -> None:
    """Every GET of the table as each of the office, and every page that these lead to."""
    names = {"village": VILLAGE, "place": village.ids["3001"], "no": village.ids["3002"]}
    paths = [door.asks.split()[1] for door in TABLE.values() if door.asks.startswith("GET /office")]
    simple = [p.format(**names) for p in paths if set(re.findall(r"{(\w+)}", p)) <= set(names)]
    for screen in screens.values():
        for path in simple:
            tour.saw(screen.client.get(path))
            tour.saw(screen.client.get(path, headers={"HX-Request": "true"}))


def type_names_everywhere(village: Hefeng, tour: Tour, screens: dict[str, Screen]) -> None:
    """Names and numbers in every form: searched, corrected, written down, logged in with, asked for as an address."""
    chen, place = screens["chen"].client, village.ids["3002"]
    for name, number in PEOPLE[45:]:
        said = {
            "q": name,
            "username": name,
            "password": number,
            "name": name,
            "note": number,
            "reason": f"{name}{number}",
        }
        for endpoint, door in TABLE.items():
            method, path = door.asks.split(" ")
            if method != "GET" and set(re.findall(r"{(\w+)}", path)) <= {"village", "place", "no"}:
                path = path.format(village=VILLAGE, place=place, no=place)
                client = village.app.test_client() if endpoint.startswith("people.") else chen
                tour.saw(client.open(path, method=method, data=said))
    api = village.app.test_client()
    for name, number in PEOPLE[45:]:
        tour.saw(api.post("/api/v1/devices", json={"username": name, "password": number}))
        tour.saw(api.post("/api/v1/devices", json={"code": number}))
        tour.saw(api.post("/api/v1/sync", data=name.encode(), headers={"Authorization": f"Bearer {number}"}))


def fall_over_names(tour: Tour, screens: dict[str, Screen], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault whose message and whose variables are full of them."""

    def falls(*_args: object, **_more: object) -> None:
        people = dict(PEOPLE)
        raise ValueError(f"cannot show {people}")

    with monkeypatch.context() as patch:
        patch.setattr(listing, "rows", falls)
        for screen in screens.values():
            tour.saw(screen.client.get(f"/office/places/{VILLAGE}"))
            tour.saw(screen.client.post(f"/office/places/{VILLAGE}", data={"q": PEOPLE[0][0]}))


def test_no_planted_name_or_number_stands_in_a_log_an_address_or_an_error_page(
    talking: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(set(WORDS)) == 100
    village, tour = plant(talking, tmp_path), Tour()
    screens = {who: village.office(who) for who in ("chen", "tang", "gao", "xu")}
    read = tour.saw(screens["chen"].client.post(f"/office/places/{VILLAGE}", data={"q": PEOPLE[3][0]}))
    assert PEOPLE[3][1] in read, "the tour sees what is planted"
    walk_every_page(village, tour, screens)
    type_names_everywhere(village, tour, screens)
    fall_over_names(tour, screens, monkeypatch)
    said = capfd.readouterr()
    assert len([line for line in said.err.splitlines() if '"answered"' in line]) > 500
    assert found_in([said.err, said.out]) == set()
    assert found_in(tour.addresses) == set()
    assert len(tour.refusals) > 50
    assert found_in(tour.refusals) == set()


def test_a_name_in_a_log_an_address_or_a_page_is_found_by_the_search() -> None:
    name, number = PEOPLE[7]
    assert found_in([f"GET /office/places?q={name}"]) == {name}
    assert found_in(["/office/places?q=%E6%AC%A7%E9%98%B3" + number]) == {number}
    assert found_in(["GET /office"]) == set()
