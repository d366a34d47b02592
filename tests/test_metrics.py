"""/metrics: figures for who may read them, true ones, and nobody in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from doorknock import clock, create_app
from tests import village
from tests.databases import ROOT
from tests.live import LiveServer
from tests.people.office import set_device
from tests.standing import PLACE

FIGURE = re.compile(r"^([a-z_0-9]+)(\{[^}]*\})? ([0-9.e+-]+)$", re.M)


def figures(said: str) -> dict[str, float]:
    """Every figure by its name, labels included."""
    return {name + labels: float(value) for name, labels, value in FIGURE.findall(said)}


def fetched(url: str) -> str:
    """What a server of the tests answers."""
    with urllib.request.urlopen(url) as answer:  # noqa: S310  # on this machine, made by the test
        return str(answer.read().decode())


def read(app: Flask, **headers: str) -> dict[str, float]:
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    return figures(answer.text)


@pytest.mark.parametrize(
    "through", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
)
def test_whoever_comes_through_a_proxy_finds_nothing(app: Flask, through: str) -> None:
    assert app.test_client().get("/metrics", headers={through: "127.0.0.1"}).status_code == 404


def test_another_machine_finds_nothing(app: Flask) -> None:
    for peer in ("203.0.113.7", "10.0.0.9", "", "2001:db8::1"):
        assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": peer}).status_code == 404, peer


def test_with_a_token_set_only_the_token_reads_from_wherever(settings: dict[str, object]) -> None:
    client = create_app(settings | {"METRICS_TOKEN": "a-long-token-for-reading"}).test_client()
    far = {"REMOTE_ADDR": "203.0.113.7"}
    for said in ("", "Bearer wrong", "Basic a-long-token-for-reading", "Bearer "):
        assert client.get("/metrics", headers={"Authorization": said}).status_code == 404, said
    right = {"Authorization": "Bearer a-long-token-for-reading"}
    assert client.get("/metrics", headers=right, environ_base=far).status_code == 200


def test_requests_are_counted_by_route_and_not_by_address(app: Flask) -> None:
    village.found(app)
    counted = 'doorknock_requests_total{method="GET",route="/office/places/one/<ident>",status="401"}'
    before = read(app).get(counted, 0)
    for n in range(3):
        app.test_client().get(f"/office/places/one/{n}?q=王建国")
    after = read(app)
    assert after[counted] - before == 3
    assert after['doorknock_request_seconds_count{route="/office/places/one/<ident>"}'] >= 3
    assert app.test_client().open("/nowhere", method="王建国").status_code in (404, 405)


def test_phones_and_records_are_told_as_they_stand(app: Flask) -> None:
    village.found(app)
    fang, zhou = village.phone(app, "liufang"), village.phone(app, "zhoujianming")
    fang.event("place_new", {"place_id": PLACE, "grid": village.GRID_ONE, "group": village.GROUP})
    fang.event("visit", {"place_id": PLACE, "outcome": "met_covered"})
    fang.event("visit", {"place_id": PLACE, "outcome": "no such outcome"})
    fang.sync()
    long_ago = clock.now() - timedelta(days=8)
    set_device(app, zhou, last_contact=long_ago, pending=4, oldest=long_ago)
    told = read(app)
    assert (told["doorknock_phones"], told["doorknock_phones_silent"]) == (2, 1)
    assert told["doorknock_events_unsent"] == 4
    assert 8 * 86400 <= told["doorknock_oldest_unsent_seconds"] < 8 * 86400 + 60
    assert told["doorknock_quarantine"] == 1
    assert told['doorknock_events_5m{kind="applied"}'] == 2
    assert told['doorknock_events_5m{kind="quarantine"}'] == 1
    assert told["doorknock_database_bytes"] > 100_000
    assert told["doorknock_data_free_bytes"] > 0


def test_nobody_is_in_the_figures(app: Flask) -> None:
    village.found(app)
    phone = village.phone(app, "liufang")
    village.log_in(app, "wang").get(f"/office/places/{village.VILLAGE}")
    said = app.test_client().get("/metrics").text
    for planted in ("刘芳", "liufang", "wang", village.VILLAGE, phone.device_id, phone.worker["id"]):
        assert planted not in said, planted


def test_two_processes_tell_what_both_have_counted(database_url: str, tmp_path: Path) -> None:
    server = LiveServer(database_url, tmp_path, workers=2, ready=None)
    server.start()
    try:
        for _ in range(40):
            fetched(f"{server.url}/healthz")
        told = [figures(fetched(f"{server.url}/metrics")) for _ in range(4)]
    finally:
        server.stop()
    counted = 'doorknock_requests_total{method="GET",route="/healthz",status="200"}'
    assert {each[counted] >= 40 for each in told} == {True}
    assert len({each[counted] for each in told}) == 1, "each process tells the same"


def test_what_gunicorn_says_is_in_our_shape_and_it_keeps_no_access_log(database_url: str, tmp_path: Path) -> None:
    server = LiveServer(database_url, tmp_path, ready=None)
    server.start()
    try:
        fetched(f"{server.url}/healthz?secret=zhangsan")
    finally:
        server.stop()
    said = server.log.read_text()
    assert [line for line in said.splitlines() if not line.startswith("{")] == []
    assert "Booting worker" in said
    assert '"route": "/healthz"' in said
    assert "zhangsan" not in said


def test_the_counts_of_a_server_lie_where_no_disk_can_be_full(tmp_path: Path) -> None:
    said = "import runpy, os; print(os.getpid(), runpy.run_path('scripts/gunicorn.conf.py')['FOLDER'])"
    here = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=here | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    pid, folder = done.stdout.split()
    Path(folder).rmdir()
    assert Path(folder).parent.name == "shm"
    assert Path(folder).name.startswith(f"doorknock-counts-{pid}-")


def test_the_configuration_of_gunicorn_is_sound(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "scripts/gunicorn.conf.py", "--check-config", "app:app"],
        cwd=ROOT, env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
