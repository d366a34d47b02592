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
    words = [f"{p['code']} 手机 {p['device_id']} 第 {p['n']} 条：{p['detail']}" for p in found["problems"]]
    first = f"账本 {found['events']} 条，手机 {found['devices']} 部，" + ("都对得上。" if found["ok"] else "有问题：")
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
    words = f"重放 {found['events']} 条，对照 {found['rows']} 行，不一样 {found['different']} 行。"
    say(found, as_json=as_json, plain=lambda: words)


@sync.command("openapi")
def openapi() -> None:
    """Print the API's description."""
    click.echo(json.dumps(describing.document(), ensure_ascii=False, indent=1))
