"""Coverage from the shell."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from doorknock import clock
from doorknock.coverage import figures
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.regions.models import Region
from doorknock.shell import as_json, one_transaction, say
from doorknock.words import _

coverage = AppGroup("coverage", help="覆盖。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(coverage)


@coverage.command("show")
@click.option("--region", "code", required=True, help="A region's code.")
@click.option("--campaign", "key", help="A campaign's key; without it, the one running today.")
@as_json
@one_transaction
def show(code: str, key: str | None, as_json: bool) -> None:
    """The region's figures with everything below it: whole, unmasked numbers."""
    region = db.session.get(Region, code)
    if region is None:
        raise Refused(_("没有编码是 %(code)s 的区划。", code=code))
    figures.wake_due(region)
    campaigns = figures.chosen(region, key, clock.today())
    whole = figures.tree(region, campaigns).whole()
    say(whole, as_json=as_json, plain=lambda: "\n".join(_lines(whole, 0)))


def _lines(node: dict[str, Any], depth: int) -> list[str]:
    closed = f"{figures.rate(node['closed'], node['D'])} {node['closed']}/{node['D']}"
    base = _("户数 %(n)s  长期不在家 %(away)s  应访 %(d)s", n=node["N"], away=node["away"], d=node["D"])
    line = "  " * depth + _("%(name)s  %(base)s  办结率 %(closed)s", name=node["name"], base=base, closed=closed)
    return [line] + [below for child in node["children"] for below in _lines(child, depth + 1)]
