"""禾丰村 in the state in which every screen has something to show: for the phone of 王建国, and for the office.

Both give the names that stand in braces in the addresses of `tests/browser/screens.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from doorknock import clock, create_app
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.places.models import Place
from doorknock.regions.models import region
from doorknock.tasks import giving
from doorknock.visits import asks
from doorknock.web import commit
from tests.browser import hefeng
from tests.browser.hands import Worker
from tests.browser.inside import inside
from tests.browser.screens import OFFICE, Desk
from tests.databases import settings
from tests.live import LiveServer
from tests.wire.client import Door, Phone
from tests.wire.lines import rfc3339
from tests.wire.roster import HEFENG, LATECOMER, make_roster

NOBODY = "01900000-0000-7000-8000-0000000000ee"
A_MINUTE = 60_000

# Deeds of 王建国, put to the phone's own server in the page, as its forms put them.
POST = f"""async ([path, form]) => {{{inside("localFetch")}
  const answer = await localFetch(path, {{method: 'POST', body: new URLSearchParams(form)}});
  return [answer.status, new URL(answer.url).pathname];
}}"""
RECORD = f"""async ([kind, body]) => {{{inside("activeEnrolment, openStore, record")}
  const event = await record(await openStore(await activeEnrolment()), {{kind, body, now: new Date()}});
  return String(event.n);
}}"""
LOST = f"""async () => {{{inside("activeEnrolment, noteLoss, openStore")}
  await noteLoss(await openStore(await activeEnrolment()), new Date());
}}"""


def post(page: Page, path: str, **form: str) -> str:
    """One form put to the phone itself; the address that it led to."""
    status, led = page.evaluate(POST, [path, form])
    assert status in (200, 204), (path, status)
    return str(led)


def record(page: Page, kind: str, body: dict[str, Any]) -> str:
    """One event of any kind, as if a screen had recorded it; its number."""
    return str(page.evaluate(RECORD, [kind, body]))


def lose(page: Page) -> None:
    """As after the browser has emptied the store: from now on it is said above every page until it is read."""
    page.evaluate(LOST)


def rig(server: LiveServer, worker: str) -> Phone:
    """A phone without a screen, synced once."""
    phone = Phone(Door(server.url))
    assert phone.enrol(username=worker, password=f"qinghe-door-{worker}-1").status == 201
    phone.sync()
    return phone


def doors(phone: Phone) -> dict[str, str]:
    """Ids of the doors by their numbers on the roster."""
    return {row.data["local_no"]: ident for ident, row in phone.rows("place").items() if row.data.get("local_no")}


def colleagues(server: LiveServer) -> dict[str, str]:
    """What others did before: visits of every sort, things to be reviewed, and what could not be taken."""
    zhou, wang = rig(server, "zhou"), rig(server, "wang")
    at = doors(zhou)
    early = rfc3339(zhou.now() - timedelta(hours=2))

    def visit(number: str, outcome: str, **more: Any) -> str:
        return zhou.event("visit", {"place_id": at[number], "outcome": outcome, "visited_at": early} | more, early).id

    told = {"adults_listened": 2, "app": {"installed_before": 1, "installed_now": 1}, "note": "门口有狗"}
    theirs = visit("1001", "met_covered", **told, commitment={"version": "1", "method": "paper", "paper_no": "0007"})
    visit("1002", "nobody_home")
    visit("1007", "met_later", next_try={"slot": "evening"})
    visit("1008", "away_reported", away={"kind": "外出务工", "back_on": "2027-02-10"})
    visit("1010", "away_reported", away={"kind": "外出务工", "back_on": "2027-02-10"})
    zhou.event("place_report", {"place_id": at["1011"], "report": "wrong"})
    zhou.event("place_report", {"place_id": at["1012"], "report": "duplicate", "duplicate_of": at["1013"]})
    new = {"place_id": NOBODY[:-2] + "01", "grid": "990102103201001", "group": "990102103201001"}
    zhou.event("place_new", new | {"contact_name": "韩后来", "landmark": "晒谷场边"})
    held = {"kind": "meeting", "grid": "990102103201001", "name": "三组院坝会", "people": 32, "handouts": 40}
    zhou.event("activity", held, early)
    group = "990102103201001"
    zhou.event("posting", {"kind": "plaque", "grid": group, "group": group, "spot": "门框边", "count": 2}, early)
    zhou.sync()
    wang.event("visit", {"place_id": at["1014"], "outcome": "nobody_home", "visited_at": early}, early)
    wang.event("visit", {"place_id": at["1001"], "outcome": "no such outcome"})
    wang.sync()
    return {"theirs": theirs, "worker": zhou.worker["id"]} | {f"door {number}": ident for number, ident in at.items()}


LI = {"contact_name": "李长山", "nickname": "木匠老李", "phone": "13900000002", "landmark": "井边"}


def the_office(server: LiveServer, door: str) -> None:
    """What the office did meanwhile: a question to 王建国 about a door, and a second campaign."""
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        chen, wang = by_username("chen"), by_username("wang")
        place = db.session.scalars(db.select(Place).filter_by(id=door)).one()
        assert chen is not None
        assert wang is not None
        due = clock.now().date()
        asks.ask(place, wang, "昨天说这户没人，邻居说在家，您记得吗？", by=chen.id, about=asks.About(), due=due)
        commit()
        row = {"key": "second", "name": "春风敲门行动", "starts": "2026-01-01", "ends": "2027-12-31"}
        setup = json.loads(hefeng.SETUP.read_text(encoding="utf-8"))
        file = server.folder / "second.json"
        file.write_text(json.dumps(setup | {"campaign": setup["campaign"] | row}), encoding="utf-8")
        done = app.test_cli_runner().invoke(args=["setup", str(file)])
        assert done.exit_code == 0, done.output
        for engine in db.engines.values():
            engine.dispose()


def on_the_phone(server: LiveServer, page: Page, called: dict[str, str] = LI) -> dict[str, str]:
    """王建国 has walked a morning; the server is gone since, and his last visit waits. `called`: his first door."""
    hefeng.settle(server)
    names = colleagues(server)
    wang = Worker(page)
    wang.enrol("一组")
    names |= {"door": names["door 1002"], "untouched": names["door 1005"], "half": names["door 1003"]}
    names |= {"signing": names["door 1004"], "search": "桂花", "away": names["door 1010"]}
    the_office(server, names["door"])
    door = f"/field/places/{names['door']}"
    post(page, f"{door}/edit", **called, needs="大字")
    told = {"outcome": "met_covered", "adults": "2", "commitment": "paper", "paper_no": "0008", "note": "下午在家"}
    names["visit"] = post(page, f"{door}/visit?id={NOBODY[:-1]}2", **told, app_installed_now="1").rsplit("/", 1)[1]
    later = {"outcome": "met_later", "slot": "date", "next_date": "2027-01-03"}
    post(page, f"/field/places/{names['door 1006']}/visit?id={NOBODY[:-1]}3", **later)
    post(page, f"/field/places/{names['half']}/draft?id={NOBODY[:-1]}4", outcome="met_covered", adults="3")
    names["attention"] = record(page, "visit", {"place_id": NOBODY, "outcome": "nobody_home"})
    wang.open("/field/sync")
    expect(page.locator("main")).to_contain_text("要您看一下", timeout=A_MINUTE)
    wang.tap("立即同步")
    expect(page.locator("main")).to_contain_text("村里问了 1 件事", timeout=A_MINUTE)
    server.stop()
    names["latest"] = post(page, f"{door}/visit?id={NOBODY[:-1]}5", outcome="nobody_home").rsplit("/", 1)[1]
    talk = {"kind": "talk", "people": "32", "handouts": "40", "name": "三组院坝里讲刷单"}
    names["told"] = post(page, f"/field/tell/activity?id={NOBODY[:-1]}7", **talk).rsplit("/", 1)[1]
    names["draft"] = f"{NOBODY[:-1]}6"
    signs = {"outcome": "met_covered", "adults": "1", "commitment": "screen"}
    post(page, f"/field/places/{names['signing']}/visit?id={names['draft']}", **signs)
    post(page, "/field/unlock")
    return names


def the_town_asks(server: LiveServer) -> str:
    """A talk each week and plaques at the doors; the id of the first."""
    app = create_app(settings(server.database_url, server.folder))
    today = clock.today()
    days = {"starts": str(today - timedelta(days=9)), "ends": str(today + timedelta(days=20))}
    weekly = {"kind": "talk", "name": "每周一场宣讲", "every": "week", "weekday": "3", "target": "2"}
    plaques = {"kind": "posting", "name": "挂宣传门牌", "every": "once", "target_kind": "doors"}
    over = {"kind": "activity", "name": "赶集那天摆一次点", "every": "once", "target": "3"}
    with app.app_context():
        tang = by_username("tang")
        assert tang is not None
        found = [
            giving.give(region("990102103000"), days | said, by=tang.id).id
            for said in (weekly, plaques, over | {"ends": str(today - timedelta(days=2))})
        ]
        commit()
        for engine in db.engines.values():
            engine.dispose()
    return found[0]


def in_the_office(server: LiveServer, folder: Path) -> dict[str, str]:
    """The village as its office finds it, and a roster to be looked at before it is imported."""
    hefeng.settle(server)
    names = colleagues(server)
    make_roster([*HEFENG, *LATECOMER], folder / "新户表.xlsx")
    items = hefeng.waiting(server)
    twin = next(item["id"] for item in items if item["kind"] == "duplicate")
    gone = names["door 1008"]
    decided = next(item["id"] for item in items if item["place_id"] == gone)
    server.flask("places", "decide", decided, "accept", "--by", "chen")
    names |= {
        "task": the_town_asks(server),
        "gone": gone,
        "decided": decided,
        "handing": f"grids={hefeng.VILLAGE}001&to={names['worker']}",
    }
    return names | {"door": names["door 1001"], "search": "王", "twin": twin, "roster": str(folder / "新户表.xlsx")}


def sign_in(page: Page, person: str) -> None:
    """Somebody of the office at the login page."""
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_label("用户名").fill(person)
    page.get_by_label("密码").fill(f"qinghe-door-{person}-1")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("navigation", name="工作台")).to_be_visible()


def upload(page: Page, roster: str) -> str:
    """Brings the roster to the page that shows what it would do; the id of that page."""
    page.goto(f"/office/import/{hefeng.VILLAGE}")
    page.get_by_label("表格文件").set_input_files(roster)
    page.get_by_role("button", name="看一看会怎样").click()
    expect(page.get_by_role("heading", name="导入以前先看")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


def take_out(page: Page) -> str:
    """Has a ledger made on the page of exports; the id of that export."""
    page.goto(f"/office/exports/{hefeng.VILLAGE}")
    page.get_by_label("用来做什么").fill("村里存档")
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_role("link", name="下载")).to_be_visible(timeout=A_MINUTE)
    return page.url.rsplit("/", 1)[1]


def freeze(page: Page) -> str:
    """Freezes the town's running 日报; its id."""
    page.goto("/office/reports/990102103000?draft=1")
    page.get_by_text("现在就定稿").click()
    page.get_by_role("button", name="现在定稿").click()
    expect(page.get_by_role("heading", name="已定稿")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


def desks(page: Page, names: dict[str, str]) -> Iterator[Desk]:
    """One page of the office after the other, opened; each person logs in once for all that stand together."""
    who = ""
    for desk in OFFICE:
        if desk.who and desk.who != who:
            sign_in(page, desk.who)
            who = desk.who
        if "{upload}" in desk.path:
            names["upload"] = upload(page, names["roster"])
        if "{report}" in desk.path and "report" not in names:
            names["report"] = freeze(page)
        if "{export}" in desk.path:
            names["export"] = take_out(page)
        page.goto(desk.path.format(**names))
        yield desk
