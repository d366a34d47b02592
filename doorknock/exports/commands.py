"""This room from the shell."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from doorknock.exports import making

EVERY = 2.0
"""Seconds between two looks for something to do."""
exports = AppGroup("exports", help="导出。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(exports)


@exports.command("work")
@click.option("--once", is_flag=True, help="Make what waits now, and end.")
def work(once: bool) -> None:
    """Make the exports that wait, in a process of its own, so that serving is not slowed; runs until it is stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    while True:
        making.work(app)
        if once:
            return
        time.sleep(EVERY)
