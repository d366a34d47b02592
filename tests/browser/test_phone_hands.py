"""One worker on two phones, two workers on one phone, a week as substitute, two campaigns, a clock that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from doorknock import create_app, web
from doorknock.db import db
from doorknock.people.devices import Device as Enrolment
from doorknock.people.models import assign, by_username
from doorknock.regions.models import region
from doorknock.sync import phonefile
from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.databases import settings
from tests.live import LiveServer

A_MINUTE = 60_000
ALONE = "delete ServiceWorkerRegistration.prototype.sync"  # no round by the worker, whose clock is the machine's
GRID_ONE, GRID_TWO = "990102103201001", "990102103201002"
BROKEN = "IDBFactory.prototype.open = () => { throw new DOMException('Internal error', 'UnknownError'); }"


@contextmanager
def office(server: LiveServer) -> Iterator[None]:
    """The application on the server's database, within this process; what was done is committed."""
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        yield
        web.commit()
        for engine in db.engines.values():
            engine.dispose()


def hold(server: LiveServer, username: str, *grids: str) -> None:
    """From now on this worker holds exactly these grids."""
    with office(server):
        person = by_username(username)
        assert person
        assign(person, list(grids), first=False)


def sign_in(worker: Worker, username: str) -> None:
    """Enrols this worker on a phone that may have others on it, up to the page of the lanes."""
    worker.open("/field/enrol")
    worker.tap("没有登记码，用登录名和密码")
    worker.page.get_by_label("登录名").fill(username)
    worker.page.get_by_label("密码", exact=True).fill(f"qinghe-door-{username}-1")
    worker.tap("登记")
    worker.page.wait_for_url("**/field/lanes", timeout=30_000)


def sync_now(worker: Worker) -> None:
    """立即同步, waited out."""
    worker.open("/field/sync")
    worker.tap("立即同步")
    expect(worker.page.locator(".htmx-request")).to_have_count(0, timeout=A_MINUTE)


def record(worker: Worker, name: str, outcome: str) -> str:
    worker.door(name)
    worker.outcome(outcome)
    return worker.save()


def test_a_new_phone_has_the_old_ones_work_and_the_old_one_still_delivers(
    live_server: LiveServer, devices: Callable[..., Device]
) -> None:
    hefeng.settle(live_server)
    old = Worker(devices("旧手机", phone=True).open())
    old.enrol("一组")
    record(old, "王桂兰", "讲了")
    old.sees(held=1, waiting=0, within=A_MINUTE)
    live_server.stop()
    record(old, "李长山", "没人")
    old.page.context.set_offline(True)
    live_server.start()

    new = Worker(devices("新手机", phone=True).open())
    new.enrol("一组")
    new.open("/field/list")
    expect(new.row("王桂兰")).to_contain_text("讲了")
    expect(new.row("李长山")).to_contain_text("还没去")
    old.page.context.set_offline(False)
    old.sees(held=2, waiting=0, within=A_MINUTE)
    sync_now(new)
    new.open("/field/list")
    expect(new.row("李长山")).to_contain_text("没人")
    assert hefeng.coverage(live_server)["visits"] == 2


def test_two_workers_on_one_phone_know_whose_it_is_and_keep_their_own(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    worker = Worker(phone)
    worker.enrol("一组")
    expect(phone.locator(".now")).to_have_count(0)
    live_server.stop()
    record(worker, "王桂兰", "没人")
    phone.context.set_offline(True)
    live_server.start()
    phone.context.set_offline(False)
    sign_in(worker, "li")
    worker.open()
    expect(phone.locator(".now")).to_contain_text("李春梅在用")
    worker.tap("换人", part=True)
    worker.tap("换成王建国", part=True)
    phone.wait_for_url("**/field/")
    expect(phone.locator(".now")).to_contain_text("王建国在用")
    worker.sees(held=1, waiting=0, within=A_MINUTE)

    worker.open("/field/signout")
    expect(phone.locator("main")).to_contain_text("户表会从这部手机拿走")
    worker.page.locator("form button", has_text="退出").tap()
    phone.wait_for_url("**/field/enrol")
    worker.tap("换成李春梅", part=True)
    phone.wait_for_url("**/field/")
    worker.open("/field/me")
    expect(phone.locator("main")).not_to_contain_text("王建国")
    kept = phone.evaluate(
        """async () => {
          const all = (await indexedDB.databases()).map(({name}) => name);
          const names = all.filter((name) => name.startsWith('doorknock-'));
          const rows = (name) => new Promise((resolve) => {
            indexedDB.open(name).onsuccess = ({target: {result}}) => {
              const asked = result.transaction('rows').objectStore('rows').index('kind').count('place');
              asked.onsuccess = () => { result.close(); resolve(asked.result); };
            };
          });
          return Promise.all(names.map(rows));
        }"""
    )
    assert sorted(kept) == [0, 1]  # of 王建国's thirteen doors none, of 李春梅's one


def test_a_week_as_substitute_brings_the_grid_and_takes_it_away_again(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    hold(live_server, "wang", GRID_ONE, GRID_TWO)
    sync_now(wang)
    wang.open("/field/lanes")
    wang.tap("三组", part=True)
    wang.tap("就走这些")
    phone.wait_for_url("**/field/")
    record(wang, "马金海", "没人")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    live_server.stop()
    last = record(wang, "马金海", "讲了")
    live_server.start()
    phone.context.set_offline(True)
    hold(live_server, "wang", GRID_ONE)
    phone.context.set_offline(False)
    wang.sees(held=2, waiting=0, within=A_MINUTE)
    sync_now(wang)
    wang.open("/field/list")
    expect(phone.locator(".filters")).not_to_contain_text("三组")
    wang.open("/field/me")
    expect(phone.locator(".facts")).not_to_contain_text("禾丰二格")
    wang.open(f"/field/visits/{last}")
    expect(phone.locator("main")).to_contain_text("讲了")
    assert hefeng.coverage(live_server)["visits"] == 2


def second_campaign(server: LiveServer, folder: Path) -> None:
    setup = json.loads(hefeng.SETUP.read_text())
    today = datetime.now(UTC).date()
    row = {"key": "second", "name": "春风敲门行动", "starts": today.isoformat(), "ends": "2027-12-31"}
    file = folder / "second.json"
    file.write_text(json.dumps(setup | {"campaign": setup["campaign"] | row}), encoding="utf-8")
    server.flask("setup", str(file))


def test_what_is_done_in_one_campaign_is_to_go_in_the_other(
    live_server: LiveServer, phone: Page, tmp_path: Path
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    record(wang, "王桂兰", "讲了")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    expect(phone.locator(".now")).to_have_count(0)
    second_campaign(live_server, tmp_path)
    sync_now(wang)
    wang.open()
    expect(phone.locator(".now")).to_contain_text("春风敲门行动")
    expect(wang.row("王桂兰")).to_contain_text("还没去")
    wang.row("王桂兰").tap()
    wang.outcome("改天")
    expect(phone.locator(".hint").first).to_have_text("行动：春风敲门行动")
    wang.save()

    wang.open("/field/me")
    wang.tap("换行动", part=True)
    wang.tap("换成禾丰敲门行动", part=True)
    phone.wait_for_url("**/field/")
    expect(phone.locator(".now")).to_contain_text("禾丰敲门行动")
    wang.open("/field/list")
    expect(wang.row("王桂兰")).to_contain_text("讲了")
    wang.sees(held=2, waiting=0, within=A_MINUTE)
    show = ("coverage", "show", "--region", hefeng.VILLAGE, "--json", "--campaign")
    first, second = (json.loads(live_server.flask(*show, key)) for key in ("wire", "second"))
    assert (first["visits"], first["covered"]) == (1, 1)
    assert (second["visits"], second["covered"], second["met"]) == (1, 0, 1)


def test_a_clock_a_year_slow_is_said_and_the_work_still_arrives(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    phone.add_init_script(ALONE)
    phone.clock.install(time=datetime.now(UTC) - timedelta(days=365))
    wang = Worker(phone)
    wang.enrol("一组")
    record(wang, "王桂兰", "讲了")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    wang.open("/field/sync")
    expect(phone.locator(".banner")).to_contain_text("手机的时间慢了 1 年")
    expect(phone.locator(".banner")).to_contain_text("照样存、照样传")
    assert hefeng.coverage(live_server)["covered"] == 1


def test_after_two_days_without_a_network_the_file_is_offered_once_a_day(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    phone.add_init_script(ALONE)
    wang = Worker(phone)
    wang.enrol("一组")
    live_server.stop()
    record(wang, "王桂兰", "没人")
    wang.open()
    expect(phone.locator(".banner")).to_have_count(0)
    phone.clock.install(time=datetime.now(UTC) + timedelta(hours=49))
    wang.open("/field/me")
    wang.tap("今天")
    expect(phone.locator(".banner")).to_contain_text("有 1 条两天没传了")
    with phone.expect_download() as saved:
        wang.tap("存成文件")
    assert saved.value.suggested_filename.endswith(".ndjson")
    wang.tap("我的")
    wang.tap("今天")
    expect(phone.locator(".counts")).to_be_visible()
    expect(phone.locator(".banner")).to_have_count(0)


def test_when_no_database_opens_what_waits_leaves_as_a_file_that_the_village_can_take(
    live_server: LiveServer, phone_device: Device
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone_device.open())
    wang.enrol("一组")
    live_server.stop()
    record(wang, "王桂兰", "没人")
    wang.page.add_init_script(BROKEN)
    wang.open()
    with wang.page.expect_event("pageerror"):
        wang.tap("户表")
    expect(wang.page.locator("h1")).to_have_text("这一页没打开")
    expect(wang.page.locator("main")).to_contain_text("没传的 1 条存成文件")
    with wang.page.expect_download() as saved:
        wang.tap("存成文件")
    data = Path(saved.value.path()).read_bytes()
    with office(live_server):
        by = by_username("chen")
        assert by
        told = phonefile.take(data, region(hefeng.VILLAGE), by=by)
    assert (told.taken, told.total) == (1, 1)
    assert hefeng.coverage(live_server)["visits"] == 1
    phone_device.faults.clear()  # this once they were the subject


def test_a_loss_is_told_to_the_office(live_server: LiveServer, phone: Page) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    record(wang, "王桂兰", "没人")
    wang.sees(held=1, waiting=0, within=A_MINUTE)
    phone.goto("about:blank")
    session = phone.context.new_cdp_session(phone)
    session.send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "indexeddb"})
    sign_in(wang, "wang")
    expect(phone.locator("#notice")).to_contain_text("没传的一条没少")
    wang.tap("看一看")
    expect(phone.locator(".facts")).to_contain_text("13 户，已下回来")
    wang.tap("知道了")
    phone.wait_for_url("**/field/sync")
    wang.open()
    expect(phone.locator("#notice")).to_be_empty()
    with office(live_server):
        said = [device.storage or {} for device in db.session.query(Enrolment)]
    assert [("lost" in each) for each in said].count(True) == 1
