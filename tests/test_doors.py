"""Every route × role × region relation against architecture.md §5a as doors_table.py writes it down."""

from __future__ import annotations

import pytest
from flask import Flask

from doorknock import web
from doorknock.access import VERBS
from doorknock.db import db
from doorknock.people.models import Person, open_session
from doorknock.people.pages import COOKIE
from doorknock.regions.models import region
from tests import village
from tests.doors_table import ROLES, ROWS, TABLE, Door
from tests.standing import stand

RELATIONS = {
    "own": village.VILLAGE,
    "parent": village.TOWN,
    "child": village.GROUP,
    "sibling": village.SIBLING_VILLAGE,
    "none": village.SIBLING_COUNTY,
}
"""Where somebody belongs, as seen from 禾丰村, which the requests name."""


@pytest.fixture
def names(app: Flask) -> dict[str, str]:
    """What the addresses of the table are filled with."""
    return stand(app)


@pytest.fixture
def secrets(app: Flask, names: dict[str, str]) -> dict[tuple[str, str], str]:
    """(role, relation) → the cookie of somebody like that who is logged in."""
    made = {}
    with app.app_context():
        for role in ROLES:
            for relation, code in RELATIONS.items():
                name = f"{role}, {relation}"
                person = Person(username=name, name=name, role=role, password_hash="", home=region(code))
                db.session.add(person)
                db.session.flush()
                made[role, relation] = open_session(person)
        web.commit()
    return made


def status(app: Flask, door: Door, names: dict[str, str], secret: str | None = None) -> int:
    client = app.test_client()
    if secret:
        client.set_cookie(COOKIE, secret)
    method, path = door.asks.split(" ")
    return client.open(path.format(**names), method=method).status_code


def expected(door: Door, role: str, relation: str) -> bool:
    return role in ROWS[door.row or ""].split() and (not door.named or relation in door.reaching)


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(TABLE)


def test_every_view_says_what_it_needs_or_to_whom_it_is_open(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        need, open_to = getattr(view, "need", None), getattr(view, "open_to", None)
        assert (need is None) != (open_to is None), endpoint
        assert (need is None) == (TABLE[endpoint].row is None), endpoint


def test_no_verb_is_held_by_workers_in_the_office() -> None:
    assert [verb for verb, roles in VERBS.items() if "worker" in roles] == []


GUARDED = {endpoint: door for endpoint, door in TABLE.items() if door.row}


def test_nobody_passes_without_a_login(app: Flask, names: dict[str, str]) -> None:
    for secret in (None, "a made-up secret"):
        answers = {endpoint: status(app, door, names, secret) for endpoint, door in GUARDED.items()}
        assert {endpoint: code for endpoint, code in answers.items() if code != 401} == {}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_passes_the_doors_that_the_floor_plan_names_and_no_other(
    app: Flask, names: dict[str, str], secrets: dict[tuple[str, str], str], role: str
) -> None:
    wrong = {}
    for endpoint, door in GUARDED.items():
        for relation in RELATIONS:
            code = status(app, door, names, secrets[role, relation])
            if code not in (let_in(door) if expected(door, role, relation) else kept_out(door)):
                wrong[endpoint, relation] = code
    assert wrong == {}


def let_in(door: Door) -> set[int]:
    """The page or the way on; a form without content may be told what is missing, an id that nothing has, not found."""
    answers = {200, 302, 303} | ({404} if "{no}" in door.asks else set())
    return answers if door.asks.startswith("GET") else answers | {400, 409, 422}


def kept_out(door: Door) -> set[int]:
    """A record of another county is not even found; but an id that nothing has must not be what keeps somebody out."""
    return {403} if "{no}" in door.asks else {403, 404}
