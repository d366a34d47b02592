"""What is committed can be rebuilt anywhere: locked by hash, tied to no registry's address and to no one's folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from bench.harness import compare
from tests.databases import ROOT, missing
from tests.postgres import Cluster, binaries

# Written in pieces, so that this file does not fail its own test.
REGISTRIES = ["registry.npm" + "js.org", "registry.yarn" + "pkg.com", "py" + "pi.org", "files.python" + "hosted.org"]
MACHINE_PATHS = ["/ro" + "ot/", "/home" + "/", "/wo" + "rk/"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def committed() -> Iterator[tuple[str, str]]:
    """(name, text) of every text file that is, or may next be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().rstrip("\0").split("\0"):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode(errors="replace")


def test_no_committed_file_names_a_package_registry() -> None:
    assert [name for name, words in committed() if any(host in words for host in REGISTRIES)] == []


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    places = re.compile("|".join(rf"(?<![\w.]){re.escape(path)}" for path in MACHINE_PATHS))
    assert [name for name, words in committed() if not name.startswith("static/vendor/") and places.search(words)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_python_package_has_a_hash_and_an_exact_version(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert [entry for entry in entries if not re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:", entry, re.DOTALL)] == []


def test_the_lock_for_developing_holds_the_very_versions_that_are_served() -> None:
    served, developed = (set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS)
    assert served - developed == set()


def test_every_locked_node_package_has_a_hash_and_no_address() -> None:
    packages: dict[str, dict[str, object]] = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wrong = {name for name, row in packages.items() if name and ("resolved" in row or "integrity" not in row)}
    assert wrong == set()


def vendor_check(folder: Path) -> subprocess.CompletedProcess[str]:
    """`scripts/vendor --check` as it goes in a copy of the repository."""
    command = [sys.executable, str(folder / "scripts" / "vendor"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that vendoring is about, to be spoilt."""
    for name in ("scripts/vendor", "package.json", "THIRD_PARTY.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "static" / "vendor", tmp_path / "static" / "vendor")
    return tmp_path


def test_an_altered_library_is_refused(copy: Path) -> None:
    script = next(copy.glob("static/vendor/idb@*/index.js"))
    script.write_text(script.read_text() + "\n")
    done = vendor_check(copy)
    assert (done.returncode, "index.js is not as vendor.json says" in done.stderr) == (1, True)


def test_a_file_that_nobody_listed_is_refused(copy: Path) -> None:
    (copy / "static" / "vendor" / "stranger.js").write_text("")
    done = vendor_check(copy)
    assert (done.returncode, done.stderr) == (1, "vendor: stranger.js does not belong here\n")


def test_a_version_other_than_the_one_in_package_json_is_refused(copy: Path) -> None:
    manifest = copy / "package.json"
    manifest.write_text(manifest.read_text().replace('"htmx.org": "4.0.1"', '"htmx.org": "4.0.2"'))
    done = vendor_check(copy)
    assert (done.returncode, "htmx.org@4.0.2/htmx.min.js is missing" in done.stderr) == (1, True)


def test_a_library_over_its_size_is_refused(copy: Path) -> None:
    script = copy / "scripts" / "vendor"
    script.write_text(script.read_text().replace('"0BSD", 14_000', '"0BSD", 1_000'))
    done = vendor_check(copy)
    assert (done.returncode, "of 1000 bytes" in done.stderr) == (1, True)


def test_the_served_libraries_are_the_recorded_ones() -> None:
    done = vendor_check(ROOT)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_comparison_takes_turns_and_divides_the_medians() -> None:
    taken: list[str] = []
    pair = compare(("heavy", lambda: taken.append("heavy")), ("light", lambda: taken.append("light")), turns=4)
    assert taken == ["heavy", "light"] + ["light", "heavy", "heavy", "light"] * 2
    assert pair.ratio == pytest.approx(pair.first.median / pair.second.median)


def test_a_private_postgresql_answers_copies_a_template_and_leaves_nothing_behind() -> None:
    cluster = Cluster.start(binaries() or missing("PostgreSQL"))
    try:
        with connected(cluster.create("template")) as connection:
            connection.execute(text("CREATE TABLE village (name text)"))
            connection.execute(text("INSERT INTO village VALUES ('禾丰村')"))
        with connected(cluster.create("copy", "template")) as connection:
            assert connection.scalar(text("SELECT name FROM village")) == "禾丰村"
            assert connection.scalar(text("SELECT inet_server_addr()")) is None
    finally:
        cluster.stop()
    assert (cluster.folder.exists(), cluster.server.poll() is None) == (False, False)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A transaction on that database, and nobody connected to it afterwards."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
