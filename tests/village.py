"""The named village and its people: 禾丰村 of 青禾镇 of 青禾县, what lies round it, and somebody of every role.

`found(app)` loads them, `log_in(app, "zhang")` is an office screen, `phone(app, "liufang")` a worker's phone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from doorknock import clock, web
from doorknock.places import setup
from tests.hefeng import InProcess
from tests.wire.client import Phone

COUNTY, TOWN, VILLAGE, GROUP = "990102000000", "990102103000", "990102103201", "990102103201001"
SIBLING_VILLAGE, SIBLING_TOWN, SIBLING_COUNTY = "990102103202", "990102104000", "990103000000"
GRID_ONE, GRID_TWO, SIBLING_GRID = "990102103201001", "990102103201002", "990102103202001"
PASSWORD = "qinghe-2026"

REGIONS = [
    ("990100000000", "云溪市", "city", None),
    (COUNTY, "青禾县", "county", "990100000000"),
    (SIBLING_COUNTY, "白水县", "county", "990100000000"),
    (TOWN, "青禾镇", "town", COUNTY),
    (SIBLING_TOWN, "石桥镇", "town", COUNTY),
    (VILLAGE, "禾丰村", "village", TOWN),
    (SIBLING_VILLAGE, "上河村", "village", TOWN),
    (GROUP, "一组", "group", VILLAGE),
    ("990102103201002", "二组", "group", VILLAGE),
    ("990102103201003", "三组", "group", VILLAGE),
    ("990102103202001", "一组", "group", SIBLING_VILLAGE),
]
GRIDS: list[tuple[str, str, str, list[str]]] = [
    (GRID_ONE, "第一网格", VILLAGE, [GROUP, "990102103201002"]),
    (GRID_TWO, "第二网格", VILLAGE, ["990102103201003"]),
    (SIBLING_GRID, "上河网格", SIBLING_VILLAGE, ["990102103202001"]),
]
PEOPLE: list[tuple[str, str, str, str | None, list[str]]] = [
    ("liufang", "刘芳", "worker", VILLAGE, [GRID_ONE]),
    ("zhoujianming", "周建明", "worker", VILLAGE, [GRID_TWO]),
    ("wang", "王建国", "village", VILLAGE, []),
    ("zhang", "张敏", "town", TOWN, []),
    ("han", "韩志强", "police", TOWN, []),
    ("xu", "许文海", "county", COUNTY, []),
    ("admin", "管理员", "admin", COUNTY, []),
]


def content(today: date) -> dict[str, Any]:
    """The setup file, with a campaign in its seventh day."""
    begins, ends = today - timedelta(days=6), today + timedelta(days=23)
    return {
        "regions": [dict(zip(("code", "name", "level", "parent"), row, strict=True)) for row in REGIONS],
        "grids": [dict(zip(("code", "name", "village", "groups"), row, strict=True)) for row in GRIDS],
        "people": [
            {"username": u, "name": n, "role": r, "region": region, "grids": grids, "password": PASSWORD}
            for u, n, r, region, grids in PEOPLE
        ],
        "campaign": {
            "key": "autumn", "name": "秋季敲门行动", "starts": begins.isoformat(), "ends": ends.isoformat(),
            "region": COUNTY, "commitment": {"version": "1", "text": "不出租出借银行卡和电话卡。"},
        },
    }  # fmt: skip


def found(app: Flask) -> None:
    """Regions, grids, people and the campaign, committed."""
    with app.app_context():
        setup.load(setup.SetupFile().load(content(clock.today())))
        web.commit()


def log_in(app: Flask, username: str) -> FlaskClient:
    """A browser without scripts in which this person is logged in."""
    client = app.test_client()
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def phone(app: Flask, worker: str) -> Phone:
    """A new phone of this worker, enrolled and synced once."""
    made = Phone(InProcess(app.test_client()))
    assert made.enrol(username=worker, password=PASSWORD).status == 201
    made.sync()
    return made
