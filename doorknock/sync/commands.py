"""The journal from the shell: verify it, and build the rows from it again."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import AppGroup

from doorknock import web
from doorknock.shell import as_json, one_transaction, say
from doorknock.sync import openapi as describing
from doorknock.sync import rebuild as rebuilding
from doorknock.sync import verify as verifying
from doorknock.words import _

sync = AppGroup("sync", help="同步的账本。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(sync)


@sync.command("verify")
@as_json
@one_transaction
def verify(as_json: bool) -> None:
    """Check every line's hash, every chain, and what each phone was told is held; exit 1 if anything is wrong."""
    found = verifying.verify()
    words = [
        _(
            "%(code)s 手机 %(device_id)s 第 %(n)s 条：%(detail)s",
            code=p["code"],
            device_id=p["device_id"] or "—",
            n=p["n"] or "—",
            detail=p["detail"],
        )
        for p in found["problems"]
    ]
    first = _("账本 %(events)s 条，手机 %(devices)s 部，", events=found["events"], devices=found["devices"]) + (
        _("都对得上。") if found["ok"] else _("有问题：")
    )
    say(found, as_json=as_json, plain=lambda: "\n".join([first, *words]))
    if not found["ok"]:
        web.rollback()
        raise SystemExit(1)


@sync.command("rebuild")
@as_json
@one_transaction
def rebuild(as_json: bool) -> None:
    """Replay the journal and the office's facts; where a row comes out different, the replay stands."""
    found = rebuilding.rebuild(progress=lambda said: click.echo(said, err=True))
    words = _(
        "重放 %(events)s 条，对照 %(rows)s 行，不一样 %(different)s 行。",
        events=found["events"],
        rows=found["rows"],
        different=found["different"],
    )
    say(found, as_json=as_json, plain=lambda: words)


@sync.command("openapi")
def openapi() -> None:
    """Print the API's description."""
    click.echo(json.dumps(describing.document(), ensure_ascii=False, indent=1))
