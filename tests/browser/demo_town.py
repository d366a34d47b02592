"""青禾镇 as `make run` shows it: the town of the demo, behind the test's own server."""

from __future__ import annotations

from doorknock import create_app
from doorknock.db import db
from doorknock.demo import town
from tests.databases import settings
from tests.live import LiveServer

HEFENG = town.VILLAGES[0][0]
LIU_FANG = ("w1", town.PASSWORD)
"""刘芳 of the first grid of 禾丰村: 一组, 二组, 三组."""


def settle(server: LiveServer) -> None:
    """Fills the server's fresh database as the command `demo` does."""
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["demo"])
        assert done.exit_code == 0, done.output or repr(done.exception)
        for engine in db.engines.values():
            engine.dispose()
