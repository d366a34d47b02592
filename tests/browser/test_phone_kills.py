"""The phone's processes are killed round the moment of saving, as by an empty battery: what it showed is there."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.browser import hefeng
from tests.browser.conftest import Device
from tests.browser.hands import Worker
from tests.live import LiveServer

KILLS = 4
"""By hand, with half-filled forms; `tests/faults/trial_pocket.py` kills thirty times and, by command, a thousand."""
SEED = 20261121
DOORS = [name for group, name in hefeng.DOORS if group == "一组"]
A_MINUTE = 60_000


@dataclass
class Kept:
    """Ids of visits: shown as saved, and all that were ever meant to be saved, by door."""

    acknowledged: set[str] = field(default_factory=set)
    meant: dict[str, str] = field(default_factory=dict)


def test_kills_round_the_save_lose_nothing_and_double_nothing(live_server: LiveServer, phone_device: Device) -> None:
    hefeng.settle(live_server)
    Worker(phone_device.open()).enrol("一组")
    phone_device.close()  # so that the new profile is on the disk once
    live_server.stop()
    draw = random.Random(SEED)
    kept = Kept()
    for kill, name in enumerate(DOORS[:KILLS]):
        page = phone_device.open()
        what_was_shown_is_there(Worker(page), kept)
        fill_and_kill(phone_device, page, name, kept, acknowledged=kill % 2 == 0, after=draw.uniform(0, 0.05))
    wang = Worker(phone_device.open())
    what_was_shown_is_there(wang, kept)
    live_server.start()
    wang.open()
    wang.sees(held=KILLS, waiting=0, within=A_MINUTE)
    shown = hefeng.coverage(live_server)
    assert (shown["visits"], shown["attempted"], shown["covered"]) == (KILLS, KILLS, KILLS)
    assert hefeng.verified(live_server)["events"] == KILLS


def fill_and_kill(device: Device, page: Page, name: str, kept: Kept, *, acknowledged: bool, after: float) -> None:
    """Fills in a visit at that door, taps 保存, and cuts the power: with the saved page shown, or not waiting."""
    wang = Worker(page)
    wang.door(name)
    wang.outcome("讲了")
    wang.more("听讲的大人")
    kept.meant[name] = visit_id(page)
    if acknowledged:
        kept.acknowledged.add(wang.save())
    else:
        page.wait_for_timeout(1_000)  # a draft is at most a second late, and from then on has to be there
        wang.tap("保存")
    time.sleep(after)
    device.kill()


def visit_id(page: Page) -> str:
    """The id that the open form's visit will have."""
    found = re.search(r"[?&]id=([\w-]+)", page.url)
    assert found
    return found[1]


def what_was_shown_is_there(wang: Worker, kept: Kept) -> None:
    """Every acknowledged visit waits; of the others each is wholly there or wholly a draft, which is saved now."""
    waiting = set(wang.unsent())
    assert kept.acknowledged <= waiting
    assert waiting <= set(kept.meant.values())
    wang.sees(held=0, waiting=len(waiting))
    for name, meant in kept.meant.items():
        if meant in waiting:
            wang.open(f"/field/visits/{meant}")
            expect(wang.page.locator(".facts")).to_contain_text("2 位")
        else:
            kept.acknowledged.add(save_the_draft(wang, name, meant))
    wang.open()
    expect(wang.page.locator("a.row", has_text="还没保存")).to_have_count(0)


def save_the_draft(wang: Worker, name: str, meant: str) -> str:
    """The half-filled form is on 今天, as it was left, under its own id."""
    wang.open()
    wang.page.locator("a.row", has_text="还没保存").filter(has_text=name).first.tap()
    wang.page.wait_for_url("**/visit?*")
    assert visit_id(wang.page) == meant
    expect(wang.page.locator("[data-stepper] output").first).to_have_text("2")
    assert wang.save() == meant
    return meant
