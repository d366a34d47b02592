"""禾丰村 of 青禾镇 for stories at the phone: fourteen doors, and 王建国, whose phone holds the first thirteen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xlsxwriter

from doorknock import create_app
from doorknock.db import db
from tests.databases import settings
from tests.live import LiveServer

SETUP = Path(__file__).parents[1] / "wire" / "village.json"
VILLAGE = "990102103201"
WANG = ("wang", "qinghe-door-wang-1")
HEADER = ("编号", "村组", "门牌", "户主", "当地叫法", "成年人数", "电话", "类别", "备注")
NAMES = ("王桂兰", "李长山", "张桂花", "刘福顺", "陈新民", "杨小红", "黄大山", "赵凤莲", "吴永利", "周天宝", "徐旺德")
# The one grid of 王建国 is 一组 and 二组; 马金海 of 三组 is another worker's and never on this phone.
DOORS = (
    *(("一组", name) for name in NAMES),
    ("一组", "何春生"),
    ("二组", "孙玉梅"),
    ("三组", "马金海"),
)


def settle(server: LiveServer, more: int = 0, **changed: str) -> None:
    """Fills the server's fresh database with the village; `changed` gives a door another name: `王桂兰="=1+1"`.

    As many doors as `more` stand behind them in 一组 and are called 余1, 余2 and so on.
    """
    roster = server.folder / "户表.xlsx"
    _write(roster, [*DOORS, *(("一组", f"余{n}") for n in range(1, more + 1))], changed)
    # Within this process, for a process of its own for each command would take longer than the story that follows.
    app = create_app(settings(server.database_url, server.folder))
    with app.app_context():
        for command in (["setup", str(SETUP)], ["roster", "import", str(roster), "--village", VILLAGE]):
            done = app.test_cli_runner().invoke(args=command)
            assert done.exit_code == 0, done.output or repr(done.exception)
        for engine in db.engines.values():
            engine.dispose()


def _write(path: Path, doors: list[tuple[str, str]], changed: dict[str, str]) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("户表")
    sheet.write_row(0, 0, HEADER)
    count: dict[str, int] = {}
    for row, (group, name) in enumerate(doors, 1):
        count[group] = count.get(group, 0) + 1
        called = "磨坊老张" if name == "张桂花" else ""
        landmark = "水塔下" if name == "黄大山" else ""
        door = f"{group}{count[group]}号"
        said = changed.get(name, name)
        sheet.write_row(row, 0, (f"{1000 + row}", group, door, said, called, 3, "", "住户", landmark))
    book.close()


def coverage(server: LiveServer) -> dict[str, Any]:
    """What `coverage show` says of the village."""
    shown: dict[str, Any] = json.loads(server.flask("coverage", "show", "--region", VILLAGE, "--json"))
    return shown


def waiting(server: LiveServer) -> list[dict[str, Any]]:
    """What waits for the village's review."""
    found: list[dict[str, Any]] = json.loads(server.flask("places", "review", "--village", VILLAGE, "--json"))["items"]
    return found


def verified(server: LiveServer) -> dict[str, Any]:
    """What `sync verify` says; it must be well, or this raises."""
    said: dict[str, Any] = json.loads(server.flask("sync", "verify", "--json"))
    return said
