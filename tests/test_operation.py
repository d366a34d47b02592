"""What runs the house in earnest is what is there: units that systemd takes, commands and drills that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from doorknock import ROOMS
from doorknock.backup import listing
from tests.databases import ROOT, missing
from tests.drills.__main__ import DRILLS
from tests.test_readme import commands

OPS = ROOT / "docs" / "ops"
MANUAL = (ROOT / "docs" / "运维手册.md").read_text(encoding="utf-8")
UNITS = sorted((OPS / "systemd").iterdir())


def test_an_unknown_drill_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills", "lost-nerve"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 2


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze")
    for unit in UNITS:
        words = unit.read_text(encoding="utf-8").replace("/opt/doorknock/.venv/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / unit.name).write_text(words, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_takes_what_brings_postgresql_back(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze")
    debian = Path("/lib/systemd/system/postgresql@.service")
    if not debian.exists():
        missing("PostgreSQL as Debian packs it")
    unit = tmp_path / "postgresql@15-main.service"
    unit.write_bytes(debian.read_bytes())
    drop = tmp_path / f"{unit.name}.d" / "doorknock.conf"
    drop.parent.mkdir()
    drop.write_bytes((OPS / "postgresql.conf").read_bytes())
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    drop.write_text(drop.read_text(encoding="utf-8").replace("on-failure", "now and then"), encoding="utf-8")
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "now and then" in done.stderr, "nothing was read of it"
    assert "docs/ops/postgresql.conf /etc/systemd/system/postgresql@.service.d/doorknock.conf" in MANUAL


def test_what_runs_the_house_may_do_little_else_on_its_machine() -> None:
    for unit in (each for each in UNITS if each.suffix == ".service"):
        said = dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.M))
        assert (said["User"], said["Group"], said["CapabilityBoundingSet"]) == ("doorknock", "doorknock", ""), unit.name
        assert (said["ProtectSystem"], said["NoNewPrivileges"], said["UMask"]) == ("strict", "yes", "0077"), unit.name
        places = set(said["ReadWritePaths"].split())
        assert places <= {"/var/lib/doorknock", "/var/backups/doorknock"}, unit.name
        assert {"User=root", "AmbientCapabilities"}.isdisjoint(said), unit.name
    (role,) = re.findall(r"-- createuser (.+) doorknock$", MANUAL, re.M)
    assert role == "--createdb", "an owner of one database, who can make the scratch one that proves a backup"


def test_every_nights_backup_is_restored_and_compared_before_it_counts() -> None:
    unit = (OPS / "systemd" / "doorknock-backup.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=.+/flask --app app (backup .+)$", unit, re.M)
    assert command.split()[2:] == ["--verify", "--blobs", "/var/backups/doorknock/blobs"]
    assert f"dk {command}" in MANUAL, "by hand it is made in the same way"


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.name)
def test_a_timer_has_a_service_of_its_name(unit: Path) -> None:
    assert unit.with_suffix(".service") in UNITS
    assert unit.name in MANUAL


def test_every_command_of_units_and_manual_exists(app: Flask) -> None:
    there = set(commands(app.cli))
    units = "\n".join(unit.read_text(encoding="utf-8") for unit in UNITS)
    lines = re.findall(r"flask --app app ([a-z]+(?: [a-z]+)?)", units) + re.findall(
        r"\bdk ([a-z]+(?: [a-z]+)?)", MANUAL
    )
    wanted = {line for line in lines if line.split()[0] != "privacy" or "privacy" in ROOMS}
    assert {line for line in wanted if line not in there and line.split()[0] not in there} == set()


def test_the_manual_names_every_drill_and_every_figure_of_readyz(app: Flask) -> None:
    for drill in DRILLS:
        assert f"scripts/drill {drill}" in MANUAL
    for name in app.test_client().get("/readyz").json or {}:
        assert f"`{name}`" in MANUAL


def test_the_shipped_settings_are_ones_that_are_read_and_hold_no_secret() -> None:
    said = dict(re.findall(r"^([A-Z_]+)=(.*)$", (OPS / "environment").read_text(encoding="utf-8"), re.M))
    read = set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "doorknock" / "config.py").read_text(encoding="utf-8")))
    assert (set(said) <= read, said["SECRET_KEY"]) == (True, "")


def test_the_manuals_way_to_type_commands_shows_no_secret_to_who_lists_processes(tmp_path: Path) -> None:
    (line,) = re.findall(r"^dk\(\) \{.+\}$", MANUAL, re.M)
    settings = tmp_path / "environment"
    settings.write_text("# 和丰村\nSECRET_KEY=a 'b' $c & d\nDATABASE_URL=postgresql://q@/q?a=1&b=2\n", encoding="utf-8")
    flask = tmp_path / ".venv" / "bin" / "flask"
    flask.parent.mkdir(parents=True)
    flask.write_text(
        '#!/bin/sh\necho "$SECRET_KEY"; echo "$DATABASE_URL"; tr "\\0" " " </proc/$$/cmdline; echo\n', encoding="utf-8"
    )
    flask.chmod(0o755)
    stub = 'runuser() { shift 3; tr "\\0" " " </proc/self/cmdline >>seen; echo "$@" >>seen; "$@"; }\n'
    words = line.replace("/etc/doorknock/environment", str(settings))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{stub}{words}\ndk people add --admin '周 海生'"], cwd=tmp_path, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    secret, database, typed = done.stdout.splitlines()
    assert (secret, database) == ("a 'b' $c & d", "postgresql://q@/q?a=1&b=2")
    assert typed.rstrip().endswith("flask --app app people add --admin 周 海生")
    assert "b=2" not in typed + (tmp_path / "seen").read_text(encoding="utf-8")


def test_copies_elsewhere_leave_when_the_backups_here_do() -> None:
    assert "rsync -a --delete /var/backups/doorknock/ " in MANUAL
    assert f"-mtime +{listing.KEEP.days} -delete" in MANUAL
    assert "rm -f /var/lib/doorknock/before-restore-*.backup /var/lib/doorknock/doorknock.db.broken-*" in MANUAL


def test_logs_have_an_end_and_the_manual_says_how_to_see_that_it_is_not_too_near() -> None:
    kept = dict(re.findall(r"^(\w+)=(.+)$", (OPS / "journald.conf").read_text(encoding="utf-8"), re.M))
    assert (kept["Storage"], kept["MaxRetentionSec"], kept["SystemMaxUse"]) == ("persistent", "200day", "4G")
    assert "docs/ops/journald.conf /etc/systemd/journald.conf.d/doorknock.conf" in MANUAL
    assert "journalctl --disk-usage" in MANUAL
    (change,) = re.findall(r"^sed -i '(.+)' /etc/logrotate\.d/nginx$", MANUAL, re.M)
    shipped = "/var/log/nginx/*.log {\n\tdaily\n\trotate 14\n\tcompress\n}\n"  # as in Debian 12
    done = subprocess.run(["sed", change], input=shipped, capture_output=True, text=True, check=True)
    assert "\n\trotate 200\n" in done.stdout


def test_the_manual_makes_the_folder_that_nginx_wants_and_debian_does_not_have() -> None:
    (cache,) = re.findall(
        r"^proxy_cache_path (/\S+)/doorknock ", (OPS / "nginx.conf").read_text(encoding="utf-8"), re.M
    )
    assert MANUAL.index(f"install -d {cache}\n") < MANUAL.index("nginx -t && systemctl reload nginx")
