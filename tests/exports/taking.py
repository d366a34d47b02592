"""Exports as an office takes them: ordered on the page, made by the worker, downloaded, reopened by a parser."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from doorknock.exports import making
from tests.hefeng import VILLAGE, Hefeng, Screen, plain

PURPOSE = "村里存档"
CAMPAIGN = "wire"


@dataclass
class Taken:
    """An export that was asked for: its page, and the answer for its file."""

    screen: Screen
    address: str

    @property
    def page(self) -> str:
        """What its page says."""
        return plain(self.screen.get(self.address))

    def file(self, status: int = 200) -> TestResponse:
        """The download."""
        answer = self.screen.client.get(f"{self.address}/file")
        assert answer.status_code == status, answer.text
        return answer

    def csv(self) -> list[dict[str, str]]:
        """The rows of a .csv by their heads."""
        text = self.file().data.decode("utf-8")
        assert text.startswith("\ufeff")
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    def xlsx(self) -> list[dict[str, Any]]:
        """The rows of a workbook's first sheet by their heads."""
        head, *rows = load_workbook(io.BytesIO(self.file().data), read_only=True).worksheets[0].values
        return [dict(zip([str(word) for word in head], row, strict=True)) for row in rows]

    def json(self) -> Any:
        """What a .geojson holds."""
        return json.loads(self.file().data)


def order(screen: Screen, ledger: str, form: str = "csv", where: str = VILLAGE, **more: str) -> Taken:
    """Ask for an export on the page; somebody makes it."""
    asked: dict[str, Any] = {"ledger": ledger, "format": form, "campaign": CAMPAIGN, "purpose": PURPOSE} | more
    return Taken(screen, screen.post(f"/office/exports/{where}", **asked).headers["Location"])


def take(village: Hefeng, person: str, ledger: str, form: str = "csv", where: str = VILLAGE, **more: str) -> Taken:
    """The same, made."""
    taken = order(village.office(person), ledger, form, where, **more)
    finished(village, taken)
    return taken


def finished(village: Hefeng, taken: Taken) -> None:
    """Once nothing of it is still to come, whoever made it."""
    deadline = time.monotonic() + 60
    while "取消" in taken.page:
        making.work(village.app)
        assert time.monotonic() < deadline, taken.page
        time.sleep(0.02)
