"""An export from the page to the file: asked for, made, taken; refused, cancelled, cut off."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask

from doorknock.reports import making
from tests.hefeng import VILLAGE, Hefeng


@pytest.fixture
def village(app: Flask, tmp_path: Path) -> Hefeng:
    return Hefeng(app, tmp_path).found()


def test_walk(village: Hefeng) -> None:
    phone = village.phone("zhou")
    village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1002", "nobody_home", 2)
    phone.sync()
    chen = village.office("chen")
    page = chen.get("/office/exports/" + VILLAGE)
    assert "走访台账" in page
    for ledger in ("visits", "roster", "commitments", "corrections", "coverage", "map"):
        for fmt in ("csv", "xlsx"):
            answer = chen.post(
                "/office/exports/" + VILLAGE, ledger=ledger, format=fmt, campaign="wire", purpose="村里存档"
            )
            making.work(village.app)
            where = answer.headers["Location"]
            import time

            for _ in range(50):
                page = chen.get(where)
                if "hx-get" not in page:
                    break
                time.sleep(0.1)
            print(page[page.index('id="export"') :][:1500])
            got = chen.client.get(where + "/file")
            print(
                got.status_code,
                got.headers,
                got.data[:1500].decode("utf-8", "replace") if fmt == "csv" else len(got.data),
            )
    assert 0
