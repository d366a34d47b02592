"""Whatever stands in a form, an address or an event: it is kept as text or refused, and the server never falls."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from doorknock.db import db
from doorknock.sync.journal import JournalLine
from tests import hostile
from tests.hefeng import Hefeng

VILLAGE = "990102103201"
STRINGS = hostile.strings()


@pytest.fixture
def village(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Hefeng:
    return Hefeng(app, tmp_path_factory.mktemp("hostile")).found()


def quoted(said: str) -> str:
    """As a browser would send it; halves of a sign as no browser would."""
    return quote(said[:2000].encode("utf-8", "surrogatepass"), safe="")


def test_there_are_more_than_three_hundred_of_them_and_no_two_alike() -> None:
    assert len(STRINGS) == len(set(STRINGS)) > 300


ADDRESSES = (
    f"/office/places/{VILLAGE}?stand={{}}", f"/office/places/{VILLAGE}?group={{}}",
    f"/office/places/{VILLAGE}?page={{}}",
    "/office/places/{}", "/office/places/one/{}", "/office/visits/of/{}", f"/office/review/{VILLAGE}?item={{}}",
    f"/office/review/{VILLAGE}?into={{}}", f"/office/gaps/{VILLAGE}?state={{}}", f"/office/gaps/{VILLAGE}?grid={{}}",
    "/office/coverage?open={}", "/office/coverage?campaign={}", "/office/coverage/{}", f"/office/import/{VILLAGE}/{{}}",
    "/office/people/{}", "/office/audit?page={}", "/office/quarantine/{}", "/office/phonefile/{}", "/login?next={}",
    "/{}",
    "/field/{}", "/static/{}/style/base.css", "/static/x/{}",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_of_the_office_makes_the_server_fall(village: Hefeng, address: str) -> None:
    client = village.office("tang" if "people" in address else "chen").client
    wanted = hostile.of("control", "sql", "overlong")
    codes = {said: client.get(address.format(quoted(said))).status_code for said in wanted}
    assert {said[:60]: code for said, code in codes.items() if code >= 500} == {}


def test_no_search_makes_the_server_fall(village: Hefeng) -> None:
    client, address = village.office("chen").client, f"/office/places/{VILLAGE}"
    wanted = [said for said in hostile.of("control", "sql", "overlong") if hostile.is_text(said)]
    codes = {said: client.post(address, data={"q": said[:2000]}).status_code for said in wanted}
    assert {said[:60]: code for said, code in codes.items() if code >= 500} == {}


def test_a_reason_is_kept_as_it_was_written_or_refused_in_words(village: Hefeng) -> None:
    phone, chen = village.phone("wang"), village.office("chen")
    lines = {said: phone.event("visit", {"place_id": village.ids["1001"], "outcome": "no such"}) for said in STRINGS}
    phone.sync()
    with village.app.app_context():
        ids = {row.n: row.id for row in db.session.scalars(select(JournalLine))}
    codes = {}
    for said, line in lines.items():
        action = f"/office/quarantine/{VILLAGE}/{ids[line.n]}/reject"
        form = f"reason={quoted(said)}"
        sent = chen.client.post(action, data=form, content_type="application/x-www-form-urlencoded")
        codes[said] = sent.status_code
    assert {said[:60]: code for said, code in codes.items() if code not in (303, 400, 409, 413, 422)} == {}
    phone.sync()
    told = {each["n"]: each["detail"] for each in phone.last.head["attention"]} if phone.last else {}
    for said, line in lines.items():
        if codes[said] == 303 and hostile.is_text(said) and "\r" not in said:
            assert told[line.n] == said.strip()[:200].strip() or told[line.n] == said.strip()[:200]
    village.stands()


def test_a_login_name_is_refused_and_counted_like_any_other(village: Hefeng) -> None:
    client = village.app.test_client()
    for said in hostile.of("control", "sql", "json"):
        form = f"username={quoted(said)}&password={quoted(said)}"
        sent = client.post("/login", data=form, content_type="application/x-www-form-urlencoded")
        assert sent.status_code in (400, 401, 422, 429), said
        known = client.post("/api/v1/devices", json={"username": said, "password": said})
        assert known.status_code in (400, 401, 422, 429), said


def test_a_phone_that_sends_them_as_names_is_answered_for_each(village: Hefeng) -> None:
    phone = village.phone("wang")
    grid = {"grid": "990102103201001", "group": "990102103201001"}
    for n, said in enumerate(STRINGS):
        place = f"01900000-0000-7000-8000-{n:012x}"
        text = said.encode("utf-8", "replace").decode().replace("\0", "")
        phone.event("place_new", grid | {"place_id": place, "contact_name": text[:60], "landmark": text[:40]})
        phone.event("visit", {"place_id": place, "outcome": "nobody_home", "note": text[:100]})
    phone.sync()
    assert (phone.waiting(), phone.attention) == ([], [])
    seen = {row.data["contact_name"] for row in phone.rows("place").values()}
    assert {said[:60] for said in STRINGS if hostile.is_text(said)} <= seen
    village.stands()


def test_what_no_text_can_be_is_set_aside_and_does_not_block_what_follows(village: Hefeng) -> None:
    phone = village.phone("wang")
    for said in hostile.of("control"):
        body = {"place_id": village.ids["1001"], "outcome": "nobody_home", "note": said}
        phone.event("visit", body if hostile.is_text(said) else body | {"note": "\0"})
    phone.event("visit", {"place_id": village.ids["1002"], "outcome": "nobody_home"})
    phone.sync()
    assert {code for _n, code in phone.attention} == {"bad_body"}
    assert phone.waiting() == []
