"""The phone's scripts as they are sent: built of the sources that lie beside them, whole, and with their licences."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from doorknock import assets, create_app
from tests.databases import ROOT, missing, settings

SOURCES = (
    "scripts/bundle",
    "THIRD_PARTY.txt",
    "package.json",
    "static/phone",
    "static/shared",
    "static/style",
    "static/vendor",
    "static/built",
)
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport\(?)"([^"]+\.js)\"""")


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """`scripts/bundle --check` as it goes in a copy of the repository."""
    command = [sys.executable, str(folder / "scripts" / "bundle"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and what is built of them, to be changed."""
    if not list((ROOT / "node_modules").glob("@esbuild/*")):
        missing(f"esbuild for {platform.machine()}")
    for name in SOURCES:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / name, target) if (ROOT / name).is_dir() else shutil.copy(ROOT / name, target)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_a_source_that_was_changed_and_not_built_is_refused(copy: Path) -> None:
    terms = copy / "static" / "shared" / "terms.js"
    terms.write_text(terms.read_text(encoding="utf-8").replace("讲了", "讲过"), encoding="utf-8")
    done = check(copy)
    assert (done.returncode, "is not what scripts/bundle makes of the sources" in done.stderr) == (1, True)


def test_what_was_built_of_nothing_is_refused(copy: Path) -> None:
    (copy / "static" / "built" / "stranger.js").write_text("")
    done = check(copy)
    assert (done.returncode, done.stderr) == (1, "bundle: stranger.js is made of nothing any more\n")


def test_building_again_gives_the_committed_bytes_in_any_folder(copy: Path) -> None:
    done = check(copy)
    assert (done.returncode, done.stderr) == (0, "")


def test_whatever_a_kept_script_imports_is_kept_too() -> None:
    kept = {address.removeprefix("/static/x/") for address in assets.precache("x")}
    assert {name for name in kept if not (assets.STATIC / name).is_file()} == set()
    for name in {name for name in kept if name.startswith("built/") and name.endswith(".js")}:
        text = (assets.STATIC / name).read_text(encoding="utf-8")
        assert {f"built/{each.removeprefix('./')}" for each in _IMPORTED.findall(text)} <= kept, name
    assert len(kept) < 20


def test_the_worker_imports_the_same_scripts_as_pages_do(tmp_path: Path) -> None:
    app = create_app(settings(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    client = app.test_client()
    text = client.get("/sw.js").get_data(as_text=True)
    kept = assets.precache(app.config["BUILD"])
    imported = _IMPORTED.findall(text.partition("addEventListener")[0])
    assert imported
    assert set(imported) <= set(kept)
    assert all(address in text for address in kept)
    assert "__" not in text
    assert client.get(imported[0]).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_licences_of_what_is_built_in_lie_beside_it() -> None:
    said = (assets.BUILT / "LICENSES.txt").read_text(encoding="utf-8")
    for licence in (assets.STATIC / "vendor").glob("*/LICENSE"):
        assert licence.read_text(encoding="utf-8").strip() in said, licence.parent.name
    named = [path.name for path in assets.BUILT.glob("*.js") if "LEGAL.txt" in path.read_text(encoding="utf-8")]
    short = "".join((assets.BUILT / f"{name}.LEGAL.txt").read_text(encoding="utf-8") for name in named)
    assert all(words in short for words in ("noble-ciphers", "Signature Pad"))
