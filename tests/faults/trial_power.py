"""The power goes: what the browser had written and not flushed is gone with the page cache.

The profile lies on a file system of its own in an image file. What has reached the image is what a disk would hold: at
the instant of the acknowledgement it is copied, the browser is killed, the copy is mounted (its journal is replayed, as
at every start), and the phone is switched on from there. Needs a loop device and the right to mount.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.faults.glass import Glass, glass
from tests.faults.trial import Outcome, UnplayableError, broken_by
from tests.faults.trial_pocket import PATIENCE, judge

NAME = "power cut: un-flushed storage discarded"
EXPECTED = "every acknowledged visit is there, none half-written"
GOAL, SHORT, BLOCK = 50, 0, 5
SIZE = "256M"
VISITS = 3
RELAXED = """{
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    return begin.call(this, stores, mode, {...options, durability: 'relaxed'});
  };
}"""
"""What a phone would do that does not ask for a flush: at the end of every block this must be seen to lose visits."""


def run(count: int, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        image, disk = Path(name) / "disk.img", Path(name) / "disk"
        disk.mkdir()
        _make(image)
        with mounted(image, disk), glass(disk) as phone:
            phone.server.kill()
            found = {each: broken_by(partial(cut, phone, image, each)) for each in range(seed, seed + count)}
            notes = [f"seed {each}: {what}" for each, broken in found.items() for what in broken]
            gone = [what for what in cut(phone, image, seed + count, init=RELAXED) if "acknowledged and gone" in what]
            notes += [] if gone else ["a save that was never flushed came through: this trial sees nothing"]
            lost = {"acknowledged without a flush": VISITS, "of these lost": len(gone)}
            return Outcome(count, sum(map(bool, found.values())) if gone else count, notes, lost)


def _make(image: Path) -> None:
    """A file system in a file, which this machine can mount."""
    try:
        _command("truncate", "-s", SIZE, str(image))
        _command("mkfs.ext4", "-q", "-F", str(image))
        with mounted(image, image.with_name("disk")):
            pass
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise UnplayableError(f"no file system in an image file: {error}") from error


def cut(phone: Glass, image: Path, seed: int, *, init: str = "") -> list[str]:
    """Saves some visits, and at the last acknowledgement takes what has reached the disk; what is broken there."""
    page = phone.open(init=init)
    _command("sync", "-f", str(image.with_name("disk")))  # what lies before this save was written down long ago
    before, visits = len(phone.acknowledged), phone.visits(random.Random(seed), VISITS)
    phone.begin(visits)
    ends = time.monotonic() + PATIENCE
    while len(phone.acknowledged) < before + len(visits):
        page.wait_for_timeout(1)
        if time.monotonic() > ends:
            raise TimeoutError(f"{len(phone.acknowledged) - before} of {len(visits)} saved within {PATIENCE} s")
    copy = image.with_name("cut.img")
    shutil.copyfile(image, copy)
    phone.device.kill()
    return after(phone, copy, image.with_name("after"))


def after(phone: Glass, copy: Path, folder: Path) -> list[str]:
    """What is broken on the phone that starts from what had been flushed."""
    folder.mkdir(exist_ok=True)
    kept, phone.device.folder = phone.device.folder, folder / phone.device.folder.name
    with mounted(copy, folder):
        try:
            phone.open()
            return judge(phone, phone.found())
        finally:
            phone.device.kill()
            phone.device.folder = kept


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[None]:
    """The image's file system at this folder, in which nothing is written down before it must be."""
    _command("mount", "-o", "loop,commit=300", str(image), str(folder))
    try:
        yield
    finally:
        _unmount(folder)


def _unmount(folder: Path) -> None:
    """Of a killed browser some processes may hold it a moment longer."""
    ends = time.monotonic() + PATIENCE
    while subprocess.run(["umount", str(folder)], check=False, stderr=subprocess.DEVNULL).returncode:
        if time.monotonic() > ends:
            raise TimeoutError(f"{folder.name} is still in use after {PATIENCE} s")
        time.sleep(0.1)


def _command(*words: str) -> None:
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
