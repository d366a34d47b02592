"""What staff type into the office's own forms stands on its pages as text: no tag and no attribute is ever added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import hostile
from tests.databases import ROOT
from tests.hefeng import VILLAGE, Hefeng, Screen
from tests.places.test_roster_deeds import fields, one

STRINGS = [said for said in hostile.strings() if hostile.is_text(said)]
LEADS = ("href", "src", "action", "hx-get", "hx-post")


@pytest.fixture
def village(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Hefeng:
    return Hefeng(app, tmp_path_factory.mktemp("hostile")).found()


class Skeleton(HTMLParser):
    """The kinds of tags of a page, each with the names of its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bones: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What leads out of the house, and a script that is not one of its files, are kinds of their own."""
        self.bones |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        leads = [value or "" for name, value in attrs if name in LEADS]
        self.bones |= {(tag, value) for value in leads if not value.startswith(("/", "#", "?", "tel:"))}
        if tag in ("script", "img") and not leads:
            self.bones.add((tag, "of its own"))


def house() -> set[tuple[str, str]]:
    """Every tag and attribute that a template of ours writes, read from the templates themselves."""
    found: set[tuple[str, str]] = set()
    for file in (ROOT / "templates").rglob("*.html"):
        plain = re.sub(r"{%.*?%}|{#.*?#}", " ", re.sub(r"{{.*?}}", "/", file.read_text("utf-8"), flags=re.DOTALL))
        found |= Skeleton(plain).bones
    return found


HOUSE = house()


def foreign(answer: TestResponse) -> list[tuple[str, str]]:
    """What stands on a page that no template writes; the answer is done, or refused in words, and never a fall."""
    assert answer.status_code in (200, 302, 303, 400, 409, 413, 422), answer.text
    return sorted(Skeleton(answer.text).bones - HOUSE)


def tame(screen: Screen, pages: list[str], deeds: Iterator[TestResponse]) -> int:
    """Neither the answers to these deeds nor the pages that show them have anything foreign; how many were done.

    A form that refuses every string would look as tame: each test says how many it must at least have taken.
    """
    done = 0
    for n, answer in enumerate(deeds):
        assert foreign(answer) == []
        done += answer.status_code < 400
        if n % 60 == 0:
            assert [foreign(screen.client.get(page)) for page in pages] == [[] for _ in pages]
    assert [foreign(screen.client.get(page)) for page in pages] == [[] for _ in pages]
    return done


def test_the_measure_sees_what_is_foreign() -> None:
    for said in ("<script>x()</script>", "<img src=x>", "<b onclick=x()>", '<a href="javascript:x()">', "<iframe>"):
        assert Skeleton(said).bones - HOUSE, said


def test_in_a_doors_fields(village: Hefeng) -> None:
    chen = village.office("chen")
    addresses = {number: one(village, number, "edit") for number in ("1001", "1002", "1003")}
    forms = {number: fields(chen, address) for number, address in addresses.items()}

    def deeds() -> Iterator[TestResponse]:
        for said, number in zip(STRINGS, cycle(addresses), strict=False):
            words = {"contact_name": said, "nickname": said[:20], "landmark": said[:40], "lane": said[:20]}
            yield chen.client.post(addresses[number], data=forms[number] | words)

    pages = [
        f"/office/places/{VILLAGE}",
        *(one(village, number, word) for number in addresses for word in ("", "story")),
    ]
    assert tame(chen, pages, deeds()) > len(STRINGS) // 2
    village.stands()


def test_in_the_reason_for_voiding_and_in_a_question_to_a_worker(village: Hefeng) -> None:
    chen, phone = village.office("chen"), village.phone("wang")
    doors = [village.ids[number] for number in ("1001", "1002", "1003", "1004", "1005")]
    asked = list(zip(STRINGS, cycle(doors), strict=False))
    made = [phone.event("visit", {"place_id": door, "outcome": "nobody_home"}).id for _, door in asked]
    phone.sync()

    def deeds() -> Iterator[TestResponse]:
        for visit, (said, door) in zip(made, asked, strict=True):
            yield chen.client.post(f"/office/visits/{visit}/void", data={"reason": said})
            yield chen.client.post(f"/office/asks/new/{door}", data={"question": said, "to": phone.worker["id"]})

    assert tame(chen, [f"/office/{what}/of/{door}" for what in ("visits", "asks") for door in doors], deeds()) > len(
        STRINGS
    )


def test_in_peoples_names_and_in_the_campaigns_words(village: Hefeng) -> None:
    tang, phone = village.office("tang"), village.phone("wang")
    worker = phone.worker["id"]
    campaign = phone.rows("campaign").popitem()[0]
    dates = {"starts": "2026-01-01", "ends": "2027-12-31", "parts": ["app", "commitment"]}

    def deeds() -> Iterator[TestResponse]:
        for n, said in enumerate(STRINGS):
            person = {"name": said, "role": "worker", "region": VILLAGE}
            yield tang.client.post(f"/office/people/{worker}/edit", data=person)
            yield tang.client.post(f"/office/campaigns/{campaign}", data={"name": said} | dates)
            if n % 10 == 0:  # every text stays on the page for good
                yield tang.client.post(f"/office/campaigns/{campaign}/texts", data={"version": f"v{n}", "text": said})

    assert tame(
        tang, ["/office/people", f"/office/people/{worker}", "/office/campaigns", "/office/audit"], deeds()
    ) > len(STRINGS)


def test_in_a_paper_slip_and_in_the_purpose_of_a_print(village: Hefeng) -> None:
    chen, worker = village.office("chen"), village.phone("wang").worker["id"]
    paper = f"/office/paper/{VILLAGE}"

    def deeds() -> Iterator[TestResponse]:
        for start in range(0, len(STRINGS), 20):
            sheet = {"worker": worker, "day": "2026-11-20", "all": "1"}
            for n, said in enumerate(STRINGS[start : start + 20]):
                sheet |= {f"door.{n}": said[:40], f"note.{n}": said, f"outcome.{n}": said[:2]}
            yield chen.client.post(f"{paper}/row/0", data=sheet)
            yield chen.client.post(paper, data=sheet)
        for said in hostile.of("html", "attribute"):
            yield chen.client.post(f"/office/print/{VILLAGE}", data={"purpose": said, "group": "990102103201003"})

    assert tame(chen, [paper, "/office/audit"], deeds()) > len(STRINGS) // 4
