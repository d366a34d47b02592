"""People and phones from the shell."""

from __future__ import annotations

import secrets

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from doorknock import audit, clock
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import devices, handover
from doorknock.people.models import Person, by_username
from doorknock.regions.models import grid
from doorknock.shell import as_json, one_transaction, say
from doorknock.words import _

people = AppGroup("people", help="人员。")
phones = AppGroup("devices", help="手机。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(people)
    app.cli.add_command(phones)


@people.command("add")
@click.option("--admin", "username", required=True, help="Login name of the administrator.")
@click.option("--password", help="Without it, one is made and printed once.")
@one_transaction
def add(username: str, password: str | None) -> None:
    """Make the first administrator; again for the same name changes nothing."""
    if by_username(username) is not None:
        click.echo(_("%(username)s 已经有了，没有改。", username=username))
        return
    secret = password or secrets.token_urlsafe(12)
    person = Person(username=username, name=username, role="admin", password_hash="", active=True)  # set next
    person.set_password(secret)
    db.session.add(person)
    audit.record("people.add", "000000", subject=username, role="admin")
    click.echo(
        _("管理员 %(username)s 已建好。", username=username)
        + ("" if password else _("密码(只显示这一次):%(secret)s", secret=secret))
    )


@people.command("substitute")
@click.argument("username")
@click.option("--for", "away", required=True, help="Login name of the one who is away.")
@click.option("--grid", "codes", required=True, multiple=True, help="Code of a grid; may be given again.")
@click.option("--since", help="RFC 3339; now, if left out.")
@click.option("--until", required=True, help="RFC 3339.")
@click.option("--alone", is_flag=True, help="The one who is away does not hold the grids meanwhile.")
@one_transaction
def substitute(username: str, away: str, codes: tuple[str, ...], since: str | None, until: str, *, alone: bool) -> None:
    """Let somebody stand in for another for some time; it ends by itself."""
    found = [by_username(name) for name in (username, away)]
    grids = [grid(code) for code in codes]
    if None in found or None in grids:
        raise Refused(_("没有这个人，或者没有这个网格。"))
    try:
        begins, ends = clock.parse(since) if since else clock.now(), clock.parse(until)
    except ValueError as error:
        raise Refused(_("时间写成 2026-11-23T08:00:00+08:00。")) from error
    [worker, giver] = [person for person in found if person]
    term = handover.Term(begins, ends, alone)
    handover.stand_in(handover.Hands([g for g in grids if g], worker, [giver], term), term, by=None)
    click.echo(_("%(name)s代班排好了。", name=worker.name))


@phones.command("code")
@click.argument("username")
@as_json
@one_transaction
def code(username: str, as_json: bool) -> None:
    """Print a one-time enrolment code: eight digits, valid for 15 minutes."""
    person = by_username(username)
    if person is None or not person.active:
        raise Refused(_("没有 %(username)s 这个人，或者已经停用。", username=username))
    if person.region_code is None:
        raise Refused(_("%(username)s 没有归属的区划，不能登记手机。", username=username))
    digits, secret = devices.make_code(person)
    audit.record("devices.code", person.region_code, subject=person.id)
    link = enrol_link(secret)
    say({"code": digits, "url": link}, as_json=as_json, plain=lambda: digits)


def enrol_link(secret: str) -> str:
    """The address that a QR code for enrolment holds; the secret is in the fragment, so no server logs it."""
    return f"{current_app.config['PUBLIC_URL']}/field/enrol#code={secret}"
