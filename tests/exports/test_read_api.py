"""Reading for other programs: only with a token, only what it was made for, masked like the pages, never a name."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.exports import api, tokens
from doorknock.exports.reading import Mark
from doorknock.exports.tokens import ReadToken
from doorknock.sync import openapi
from tests.databases import ROOT
from tests.hefeng import GRID_A, OTHER, TOWN, VILLAGE, Hefeng, plain

COUNTY = "990102000000"
TOKEN = re.compile(r"qm-990102-[\w-]{43}")
NAME = "便民大厅的屏"


def made(village: Hefeng, person: str = "tang", *tables: str, days: int = 30) -> str:
    """A token as the page shows it once."""
    form = {"name": NAME, "until": str(clock.today() + timedelta(days=days)), "tables": list(tables or ["coverage"])}
    answer = village.office(person).client.post("/office/exports/tokens", data=form)
    assert answer.status_code == 200, answer.text
    (found,) = set(TOKEN.findall(answer.text))
    return str(found)


def read(village: Hefeng, token: str, path: str, **asked: object) -> TestResponse:
    client = village.app.test_client()
    return client.get(f"/api/v1/read/{path}", query_string=asked, headers={"Authorization": f"Bearer {token}"})


def told(village: Hefeng, token: str, path: str, **asked: object) -> Any:
    answer = read(village, token, path, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json


def lines(village: Hefeng) -> list[tuple[str, str | None]]:
    with village.app.app_context():
        mine = AuditLine.verb.startswith("token.")
        found = db.session.scalars(select(AuditLine).where(mine).order_by(AuditLine.at, AuditLine.id))
        return [(line.verb, line.detail.get("purpose")) for line in found]


# ---- refused


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer x", f"Bearer qm-990102-{'x' * 43}", f"Basic qm-990102-{'x' * 43}", "Bearer qm-\0"]
)
def test_without_a_token_nothing_is_read(village: Hefeng, said: str) -> None:
    for path in ("coverage", "visits"):
        headers = {"Authorization": said} if said else {}
        answer = village.app.test_client().get(f"/api/v1/read/{path}", headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert (answer.json or {})["code"] == "unknown_key"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_phones_token_and_an_office_session_read_nothing_here(village: Hefeng) -> None:
    phone, chen = village.phone("zhou"), village.office("chen")
    assert read(village, phone.token, "visits").status_code == 401
    assert chen.client.get("/api/v1/read/visits").status_code == 401
    token = made(village)
    for path in ("devices/me", "blobs/00"):
        answer = village.app.test_client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
    assert village.app.test_client().get("/office", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_reads_what_it_was_made_for_and_no_more(village: Hefeng) -> None:
    sums, rows = made(village, "tang", "coverage"), made(village, "tang", "visits")
    assert (read(village, sums, "coverage").status_code, read(village, rows, "visits").status_code) == (200, 200)
    for token, path in ((sums, "visits"), (rows, "coverage")):
        answer = read(village, token, path)
        assert (answer.status_code, (answer.json or {})["code"]) == (403, "not_granted")


@pytest.mark.parametrize("where", [COUNTY, "990103000000", "990102104000"])
def test_a_token_reads_its_region_and_nothing_beside_or_above(village: Hefeng, where: str) -> None:
    token = made(village, "tang", "coverage", "visits")
    for path in ("coverage", "visits"):
        assert read(village, token, path, region=where).status_code in (403, 404)
        assert told(village, token, path, region=VILLAGE)


def test_a_token_that_was_ended_or_is_over_opens_nothing(village: Hefeng) -> None:
    first, second = made(village), made(village, days=2)
    with village.app.app_context():
        ident = db.session.scalars(select(ReadToken.id).order_by(ReadToken.made_at).limit(1)).one()
    tang = village.office("tang")
    tang.post(f"/office/exports/tokens/{ident}/revoke")
    assert read(village, first, "coverage").status_code == 401
    assert read(village, second, "coverage").status_code == 200
    with clock.pinned(clock.now() + timedelta(days=4)):
        assert read(village, second, "coverage").status_code == 401
    assert [verb for verb, _name in lines(village)] == ["token.make", "token.make", "token.revoke", "token.coverage"]


@pytest.mark.parametrize(
    ("form", "said"),
    [({"tables": []}, "请勾上它能取什么"), ({"name": "屏"}, "请写明给谁用"), ({"until": "2020-01-01"}, "最长一年"),
     ({"until": "whenever"}, "最长一年"), ({"until": "2099-01-01"}, "最长一年"), ({"tables": ["names"]}, "请勾上")],
)  # fmt: skip
def test_no_token_is_made_that_says_too_little_or_lasts_too_long(
    village: Hefeng, form: dict[str, Any], said: str
) -> None:
    whole = {"name": NAME, "until": str(clock.today()), "tables": ["coverage"]} | form
    answer = village.office("tang").client.post("/office/exports/tokens", data=whole)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert lines(village) == []


def test_a_county_makes_no_token_for_single_visits(village: Hefeng) -> None:
    xu = village.office("xu")
    assert 'value="visits"' not in xu.get("/office/exports/tokens")
    form = {"name": NAME, "until": str(clock.today()), "tables": ["visits"]}
    answer = xu.client.post("/office/exports/tokens", data=form)
    assert (answer.status_code, "县里的口令只能取合计" in answer.text) == (422, True)


def test_nobody_ends_the_token_of_another_office(village: Hefeng) -> None:
    made(village, "xu")
    with village.app.app_context():
        ident = db.session.scalars(select(ReadToken.id)).one()
    assert village.office("tang").client.post(f"/office/exports/tokens/{ident}/revoke").status_code == 404
    assert NAME not in village.office("tang").get("/office/exports/tokens")


def test_after_sixty_answers_a_minute_it_is_told_to_wait(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "A_MINUTE", 2)
    token, other = made(village), made(village)
    now = clock.now()
    with clock.pinned(now):
        codes = [read(village, token, "coverage").status_code for _each in range(3)]
        late = read(village, token, "coverage")
        assert read(village, other, "coverage").status_code == 200, "each token has its own minute"
    assert codes == [200, 200, 429]
    assert ((late.json or {})["code"], late.headers["Retry-After"]) == ("too_often", "61")
    with clock.pinned(now + timedelta(seconds=61)):
        assert read(village, token, "coverage").status_code == 200


# ---- the token itself


def test_a_token_is_shown_once_and_kept_as_a_hash(village: Hefeng) -> None:
    token = made(village)
    page = village.office("tang").get("/office/exports/tokens")
    assert token not in page
    assert TOKEN.search(page) is None
    with village.app.app_context():
        kept = [str(value) for row in db.session.execute(select(ReadToken.__table__)) for value in row]
    assert not [value for value in kept if token[10:] in value]
    assert all(name in plain(page) for name in (NAME, "还没用过"))


def test_who_made_it_and_each_day_of_reading_stand_in_the_log(village: Hefeng) -> None:
    token = made(village, "tang", "coverage", "visits")
    now = clock.now()
    for day in range(2):
        with clock.pinned(now + timedelta(days=day)):
            for _each in range(3):
                told(village, token, "coverage")
    with clock.pinned(now + timedelta(days=2)):
        told(village, token, "visits")
    assert lines(village) == [("token.make", NAME), *2 * [("token.coverage", NAME)], ("token.visits", NAME)]
    page = plain(village.office("tang").get("/office/audit?what=out"))
    assert ("用取数口令取了覆盖合计" in page, "发了取数口令" in page) == (True, True)
    assert "7" in plain(village.office("tang").get("/office/exports/tokens"))


# ---- coverage


def test_a_towns_figures_are_those_of_the_command(walked: Hefeng) -> None:
    said = told(walked, made(walked), "coverage")
    shown = walked.flask("coverage", "show", "--region", TOWN, "--json")
    assert (said.pop("campaign"), said.pop("masked")) == ("wire", False)
    assert clock.parse(said.pop("as_of")) <= clock.now()
    assert said == shown


def test_a_countys_figures_are_held_back_as_its_page_holds_them(walked: Hefeng, tomorrow: None) -> None:
    said = told(walked, made(walked, "xu"), "coverage", region=VILLAGE)
    shown = walked.flask("coverage", "show", "--region", VILLAGE, "--json")
    assert said["masked"] is True
    assert (said["declined"], said["covered"], said["offered"]) == ("<5", None, None)
    assert [said[name] for name in ("N", "D", "closed", "visits")] == [
        shown[name] for name in ("N", "D", "closed", "visits")
    ]
    assert set(said["app"].values()) == {"<5", None}
    assert said["app"]["asked"] is None, "the sum of what is small would tell it"

    def keys(node: dict[str, Any]) -> set[str]:
        return set(node).union(*(keys(child) for child in node["children"])) if "children" in node else set(node)

    assert keys(said) - {"as_of", "campaign", "masked"} == keys(shown)


def test_no_number_about_a_choice_under_five_is_in_a_countys_answer(walked: Hefeng) -> None:
    said = told(walked, made(walked, "xu"), "coverage")

    def each(node: dict[str, Any]) -> list[dict[str, Any]]:
        below = [*node.get("children", ()), *node.get("grids", ())]
        return [node, *(found for child in below for found in each(child))]

    for node in each(said):
        assert node["declined"] in ("<5", None) or node["declined"] >= 5 or node["met"] == 0, node
        assert node["covered"] is None or node["closed"] - node["covered"] >= 5 or node["met"] == 0, node


def test_another_campaign_is_named_by_its_key_or_refused(village: Hefeng) -> None:
    token = made(village, "tang", "coverage", "visits")
    for path in ("coverage", "visits"):
        assert told(village, token, path, campaign="wire")["campaign"] == "wire"
        assert read(village, token, path, campaign="none").status_code == 400


# ---- visits


def test_visits_are_read_without_names_and_all_that_count(walked: Hefeng) -> None:
    said = told(walked, made(walked, "tang", "visits"), "visits", region=VILLAGE)
    assert (said["region"], said["campaign"], said["cursor"]) == (VILLAGE, "wire", None)
    assert len(said["visits"]) == walked.figures()["visits"] == 5
    first = said["visits"][0]
    assert first["outcome"] == "met_covered"
    assert set(first) == {
        "id", "place", "village", "group", "grid", "kind", "outcome", "mode", "visited_at", "recorded_at", "day",
        "adults_listened", "source",
    }  # fmt: skip
    text = json.dumps(said, ensure_ascii=False)
    assert not [word for word in ("王水根", "1390", "爱听", "周", "一组1号", "0007") if word in text]


def walk(village: Hefeng, token: str, **asked: object) -> tuple[list[dict[str, Any]], list[str], int]:
    """All visits answer by answer: what they were, as of when each answer was, and how many answers."""
    found: list[dict[str, Any]] = []
    as_of, cursor, answers = [], None, 0
    while True:
        said = told(village, token, "visits", **asked, **({"cursor": cursor} if cursor else {}))
        found, answers, cursor = found + said["visits"], answers + 1, said["cursor"]
        as_of.append(said["as_of"])
        if cursor is None:
            return found, as_of, answers


def test_a_walk_from_cursor_to_cursor_gives_each_visit_once(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "DOORS_AT_ONCE", 2)
    for person, number in (("wang", "1001"), ("zhou", "1002"), ("zhou", "1009")):
        phone = village.phone(person)
        for minute in range(7):
            village.visit(phone, number, "nobody_home", minute)
        phone.sync()
    token = made(village, "tang", "visits")
    whole, _as_of, _one = walk(village, token)
    parts, as_of, answers = walk(village, token, limit=3)
    assert answers > 1
    assert len(set(as_of)) == 1, "a walk says when it began"
    assert [visit["id"] for visit in parts] == [visit["id"] for visit in whole]
    assert len({visit["id"] for visit in parts}) == village.figures()["visits"] == 21


def test_days_narrow_what_is_read(walked: Hefeng) -> None:
    token, day = made(walked, "tang", "visits"), clock.day_of(walked.start)
    assert len(told(walked, token, "visits", **{"from": day - timedelta(days=1), "to": day})["visits"]) == 5
    assert told(walked, token, "visits", to=day - timedelta(days=2))["visits"] == []


@pytest.mark.parametrize("cursor", ["x", "W10", "e30", "bnVsbA", "WzEsMiwzLDRd", "=", "一", "x" * 5000])
def test_a_made_up_cursor_is_refused(village: Hefeng, cursor: str) -> None:
    answer = read(village, made(village, "tang", "visits"), "visits", cursor=cursor)
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "bad_request")


def test_a_cursor_of_another_region_opens_none(walked: Hefeng) -> None:
    token = made(walked, "tang", "visits")
    cursor = api._packed(clock.now(), Mark("0" * 12, -5, ""))
    assert len(told(walked, token, "visits", region=VILLAGE, cursor=cursor)["visits"]) == 5
    assert told(walked, token, "visits", region=OTHER, cursor=cursor)["visits"] == []


@pytest.mark.parametrize("asked", [{"from": "gestern"}, {"to": "2026-13-01"}, {"region": GRID_A}])
def test_what_makes_no_sense_is_refused_in_words(village: Hefeng, asked: dict[str, str]) -> None:
    assert read(village, made(village, "tang", "visits"), "visits", **asked).status_code in (400, 404)


# ---- described


def test_the_description_knows_both_addresses_their_token_and_every_name_of_the_answers(walked: Hefeng) -> None:
    with walked.app.app_context():
        document = openapi.document()
    assert document == json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    shapes, token = document["components"]["schemas"], made(walked, "tang", "coverage", "visits")
    said = told(walked, token, "visits")
    assert set(said) == set(shapes["read.visits"]["properties"])
    assert set(said["visits"][0]) == set(shapes["read.visit"]["properties"])
    node = told(walked, token, "coverage", region=VILLAGE)
    assert set(node) == set(shapes["read.region"]["properties"]) | set(shapes["read.coverage"]["properties"])
    for path in ("coverage", "visits"):
        (get,) = document["paths"][f"/api/v1/read/{path}"].values()
        assert get["security"] == [{"read_token": []}]
