"""A new version while a form is half filled: it waits, it is offered, and it costs one reload and no word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import live
from tests.browser import hefeng
from tests.browser.hands import Worker, until
from tests.databases import ROOT
from tests.live import LiveServer

BUILD = "new URL(document.querySelector('script[type=module]').src).pathname.split('/')[2]"


def next_version(folder: Path) -> Path:
    """A copy of the application of which one static file differs."""
    copy = folder / "next"
    for part in ("doorknock", "static", "templates", "migrations", "scripts"):
        shutil.copytree(Path(ROOT) / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(ROOT) / "app.py", copy)
    with (copy / "static" / "style" / "field.css").open("a") as style:
        style.write("\n/* the next version */\n")
    return copy


def test_a_new_version_waits_for_the_worker_and_keeps_his_draft(
    live_server: LiveServer, phone: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    wang.door("王桂兰")
    before = phone.evaluate(BUILD)
    live_server.stop()
    monkeypatch.setattr(live, "ROOT", next_version(tmp_path))
    live_server.ready = None  # which has read the other version
    live_server.start()

    wang.outcome("讲了")
    wang.more("听讲的大人")
    phone.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => found.update())")
    phone.wait_for_timeout(1000)  # a draft is kept within a second
    wang.open()
    expect(phone.get_by_role("status")).to_contain_text("有新版本")
    assert phone.evaluate(BUILD) == before
    wang.row("王桂兰").tap()
    wang.page.wait_for_url("**/visit?*")
    wang.more("门卡")
    phone.wait_for_timeout(1000)

    wang.open()
    loads: list[str] = []
    phone.on("load", lambda page: loads.append(page.url))
    wang.tap("现在换")
    until(phone, f"before => document.body?.dataset.ready && {BUILD} !== before", before)
    wang.row("王桂兰").tap()
    phone.wait_for_url("**/visit?*")
    assert len(loads) == 1
    expect(phone.locator("[data-stepper] output")).to_have_text(["2", "1", "0", "0"])
    wang.save()
    wang.sees(held=1, waiting=0)


def test_of_two_tabs_the_one_that_was_not_asked_follows_when_nothing_is_in_hand(
    live_server: LiveServer, phone: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    other = Worker(phone.context.new_page())
    other.door("李长山")
    other.outcome("讲了")
    other.more("听讲的大人")
    before = phone.evaluate(BUILD)
    live_server.stop()
    monkeypatch.setattr(live, "ROOT", next_version(tmp_path))
    live_server.ready = None  # which has read the other version
    live_server.start()
    phone.bring_to_front()
    wang.open()
    phone.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => found.update())")
    expect(phone.get_by_role("status")).to_contain_text("有新版本")
    loads: list[str] = []
    other.page.on("load", lambda page: loads.append(page.url))
    wang.tap("现在换")
    until(phone, f"before => document.body?.dataset.ready && {BUILD} !== before", before)

    other.page.bring_to_front()
    assert other.page.evaluate(BUILD) == before
    other.more("门卡")
    other.save()
    assert loads == []
    other.page.wait_for_timeout(700)  # the saved page takes no tap at first
    other.tap("回到今天")
    until(other.page, f"before => document.body?.dataset.ready && {BUILD} !== before", before)
    assert len(loads) == 1
    other.sees(held=1, waiting=0)


def test_from_a_half_filled_form_the_new_version_costs_one_reload_and_no_field(
    live_server: LiveServer, phone: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    before = phone.evaluate(BUILD)
    live_server.stop()
    monkeypatch.setattr(live, "ROOT", next_version(tmp_path))
    live_server.ready = None  # which has read the other version
    live_server.start()
    phone.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => found.update())")
    until(phone, "navigator.serviceWorker.getRegistration('/field/').then(({waiting}) => !!waiting)")
    wang.door("王桂兰")
    wang.outcome("讲了")
    expect(phone.locator("#notice")).to_contain_text("有新版本")
    form = phone.url
    loads: list[str] = []
    phone.on("load", lambda page: loads.append(page.url))
    wang.more("听讲的大人")
    wang.tap("现在换")  # before the draft's quarter second is over
    until(phone, f"before => document.body?.dataset.ready && {BUILD} !== before", before)
    phone.wait_for_timeout(1_000)  # a second reload would have come by now
    assert (loads, phone.url) == ([form], form)
    expect(phone.locator("[data-stepper] output").first).to_have_text("2")
    wang.save()
    wang.sees(held=1, waiting=0)
