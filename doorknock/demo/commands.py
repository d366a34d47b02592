"""The demo from the shell."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from doorknock import clock, unsafe, web
from doorknock.db import db
from doorknock.demo import evening, gatherings, plans, town, week
from doorknock.demo.phone import Phone
from doorknock.errors import Refused
from doorknock.people.models import Person, by_username
from doorknock.places import roster, setup
from doorknock.regions.models import region
from doorknock.reports import freezing
from doorknock.shell import one_transaction

SEED = 20261121


def register(app: Flask) -> None:
    """Offer the command."""
    app.cli.add_command(demo)


@click.command("demo")
@one_transaction
def demo() -> None:
    """Fill an empty instance with a fictional town and a week of visits; then say where to look and how to log in."""
    if unsafe.in_earnest(current_app.config):
        raise Refused("演示的登录名和密码谁都知道，只放在本机试用：别人能打开的地址上没有装。")
    people = db.session.scalar(select(func.count()).select_from(Person)) or 0
    if people and by_username("w6") is None:
        raise Refused("这里已经有别的数据，演示没有动它。")
    if not people:
        _fill()
    _say_where()


def _fill() -> None:
    began = time.monotonic()
    rng = random.Random(SEED)  # noqa: S311  # the same town every time
    content = town.setup_file(clock.today())
    with clock.pinned(week.at(week.last_day() - timedelta(days=6), 9, 0)):  # before the first visit, as a town would
        setup.load(content)
        web.commit()
        for code, name, groups, count in town.VILLAGES:
            made = roster.plan(town.workbook(name, groups, count, rng), region(code))
            roster.carry_out(made, by=None)
            web.commit()
            click.echo(f"{name}:户表 {made.added} 户")
    plans.lay()
    logins = [(p["username"], town.PASSWORD) for p in content["people"] if p["role"] == "worker"]
    with current_app.test_client() as client:
        phones = _play(client, logins, rng)
    papers = sum(count for _due, count in freezing.catch_up(clock.now()))
    lines = sum(len(phone.lines) for phone in phones.values())
    click.echo(f"6 部手机记了 {lines} 条，定稿报告 {papers} 份，用了 {time.monotonic() - began:.0f} 秒")


def _play(client: FlaskClient, logins: list[tuple[str, str]], rng: random.Random) -> dict[str, Phone]:
    """Five days, what stands open after them, and a last day on which two of the phones fall silent."""
    last = week.last_day()
    phones = week.play(client, logins, [last - timedelta(days=back) for back in range(5, 0, -1)], rng)
    gatherings.give(last)
    gatherings.record(phones, last)
    evening.play(phones, last)
    gatherings.write_down(last)
    *walking, cut_off, _never = phones.values()
    for number, phone in enumerate(walking):
        week.walk(phone, last, number, rng)
    evening.silent(cut_off, last)
    return phones


def _say_where() -> None:
    url = current_app.config["PUBLIC_URL"]
    click.echo(f"\n工作台  {url}/office    手机  {url}/field/    （手机请用 360×800 的窗口）")
    for row in town.people(town.setup_file(clock.today())["grids"]):
        click.echo(f"  {row['username']:8} {town.PASSWORD}  {row['name']}")
