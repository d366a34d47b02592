"""A paper's sheet in a real browser, under the office's policy: it fits, it is legible, and its picture is drawn."""

from __future__ import annotations

import mimetypes
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from doorknock.headers import CSP
from doorknock.papers.as_page import shown
from doorknock.papers.paper import Paper
from tests.browser.axe import violations
from tests.browser.conftest import Device
from tests.databases import ROOT
from tests.papers import qinghe
from tests.papers.pages import ENVIRONMENT, picture

HOST = "http://localhost:9"
PAGE = ENVIRONMENT.from_string(
    """{% from "papers/_paper.html" import sheet, picture_button %}<!doctype html><html lang="zh-CN"><head>
    <meta charset="utf-8"><title>日报</title><meta name="viewport" content="width=device-width, initial-scale=1">
    {% for name in ("base", "office", "office-tables", "office-narrow", "office-print", "office-report") %}
    <link rel="stylesheet" href="/static/style/{{ name }}.css">{% endfor %}
    <script type="module" src="/static/office/start.js"></script></head>
    <body class="office"><nav class="rail" aria-label="工作台"></nav><main><h1>日报</h1>
    {{ picture_button("/picture.svg", "青禾镇日报.png") }}{{ sheet(paper, shown) }}</main></body></html>"""
)


def serve(page: Page, paper: Paper) -> None:
    """Answers this page's questions as the office would: its sheet, its drawing, its files."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path == "/":
            body, kind = PAGE.render(paper=paper, shown=shown(paper)).encode(), "text/html"
        elif path == "/picture.svg":
            body, kind = picture(paper).encode(), "image/svg+xml"
        else:
            file = ROOT / path.lstrip("/")
            body, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or ""
        route.fulfill(body=body, headers={"Content-Type": kind, "Content-Security-Policy": CSP})

    page.route(f"{HOST}/**", answer)


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path) -> Iterator[Device]:
    made = Device(playwright, tmp_path / "office", HOST, phone=False)
    yield made
    made.close()
    assert made.faults == []


@pytest.mark.parametrize("paper", [qinghe.daily(), qinghe.summary()], ids=["日报", "阶段总结"])
def test_a_sheet_breaks_no_rule_and_fits_a_narrow_screen(device: Device, paper: Paper) -> None:
    page = device.open()
    serve(page, paper)
    page.goto("/")
    assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.report :is(p, td, th)')]"
                         ".map((e) => parseFloat(getComputedStyle(e).fontSize)))") >= 14  # fmt: skip


def test_the_picture_is_a_png_of_the_whole_paper(device: Device, tmp_path: Path) -> None:
    page = device.open()
    serve(page, qinghe.daily())
    page.goto("/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="存成图片").click()
    expect(page.get_by_role("status")).to_have_text("图片存好了，在下载的文件里。")
    assert waiting.value.suggested_filename == "青禾镇日报.png"
    waiting.value.save_as(tmp_path / "picture.png")
    made = (tmp_path / "picture.png").read_bytes()
    width, height = struct.unpack(">II", made[16:24])
    assert (made[:8], width) == (b"\x89PNG\r\n\x1a\n", 1080)
    assert 1000 < height < 1500
    assert len(made) > 60_000, "more than an empty frame"


def test_a_picture_that_can_not_be_drawn_says_so_and_may_be_tried_again(device: Device) -> None:
    page = device.open()
    serve(page, qinghe.daily())
    page.route(f"{HOST}/picture.svg", lambda route: route.fulfill(status=503, body=""))
    page.goto("/")
    button = page.get_by_role("button", name="存成图片")
    button.click()
    expect(page.get_by_role("status")).to_have_text("图片没有画成。请再试一次，或者下载 Word。")
    expect(button).to_be_enabled()
    device.faults.clear()
