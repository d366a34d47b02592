"""SQLite's writers stand in line: one inside, the next when it leaves, and nobody waits for ever."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

import pytest

from doorknock import gate
from doorknock.gate import Gate


def test_the_next_writer_waits_until_the_first_leaves(tmp_path: Path) -> None:
    first, order = Gate(str(tmp_path / "x.db")), ["first is inside"]

    def enter() -> None:
        second = Gate(str(tmp_path / "x.db"))
        order.append("second is inside")
        second.leave()

    waiting = threading.Thread(target=enter)
    waiting.start()
    time.sleep(0.1)
    order.append("first leaves")
    first.leave()
    waiting.join(timeout=5)
    assert order == ["first is inside", "first leaves", "second is inside"]


def test_another_process_inside_is_waited_for_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.2)
    with (tmp_path / "x.db-queue").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        began = time.monotonic()
        late = Gate(str(tmp_path / "x.db"))
        assert 0.2 <= time.monotonic() - began < 5, "it goes on after its patience, to SQLite's own lock"
        late.leave()


def test_a_place_that_cannot_be_queued_at_holds_nobody_up(tmp_path: Path) -> None:
    waiting = Gate(str(tmp_path / "no such folder" / "x.db"))
    assert waiting.inside
    assert waiting.file is None, "it goes on to SQLite, which says what is wrong"
    waiting.leave()


def test_leaving_twice_lets_nobody_else_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.1)
    first = Gate(str(tmp_path / "x.db"))
    first.leave()
    second = Gate(str(tmp_path / "x.db"))
    first.leave()
    assert second.inside
    assert not Gate(str(tmp_path / "x.db")).inside, "the second is still there"
    second.leave()
