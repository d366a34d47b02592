"""One request with visits, under way in a thread of its own while the trial does its worst."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress

from tests.faults.town import CUT, Town, numbers, told
from tests.wire.answer import Raw
from tests.wire.client import NDJSON
from tests.wire.lines import to_json

LAST_CALL = 25.0
"""A phone hangs up after 30 s: later than this nobody should be told anything."""


class Batch:
    """So many visits of a phone that has pulled all else; ``start`` comes back once every byte is out."""

    def __init__(self, town: Town, dice: random.Random, events: int, within: float = 0) -> None:
        self.town, self.events = town, events
        self.within = within
        """Seconds into it at which the trial does its worst, at most."""
        self.phone = town.abreast()
        town.visits(self.phone, dice, events)
        self.came: Raw | None = None
        self.began, self.took = 0.0, 0.0
        self.fault: Exception | None = None
        self._out = threading.Event()
        self.thread = threading.Thread(target=self._send)

    def start(self) -> Batch:
        self.began = time.monotonic()
        self.thread.start()
        self._out.wait()
        return self

    def join(self) -> Batch:
        """Waits for its end. What it stumbled over in its own thread, where nobody would hear of it, is raised here."""
        self.thread.join()
        if self.fault:
            raise self.fault
        return self

    def until_commit(self) -> None:
        """Returns as soon as something of the batch can be read, or once all is over."""
        while self.thread.is_alive() and not self.town.held(self.phone):
            time.sleep(0.001)

    def _send(self) -> None:
        try:
            self._ask()
        except Exception as fault:  # noqa: BLE001  # whoever waits for the end raises it
            self.fault = fault
        self._out.set()  # also where nobody listened

    def _ask(self) -> None:
        lines = [to_json(self.phone.head()), *(event.line for event in self.phone.waiting())]
        headers = {**self.phone.bearer, "Content-Type": NDJSON}
        body = b"".join(line + b"\n" for line in lines)
        self.phone.door.sent = self._sent
        with suppress(*CUT):  # nothing was told
            self.came = self.phone.door.once("POST", "/api/v1/sync", body, headers)
        self.took = time.monotonic() - self.began
        self.phone.door.sent = lambda: None

    def _sent(self) -> None:
        self.began = time.monotonic()
        self._out.set()

    @property
    def receipt(self) -> list[int]:
        """What the phone was told is held."""
        return numbers(told(self.came, self.phone.token)) if self.came else []

    def false_receipt(self) -> list[str]:
        """Sentences about what the phone was told and the journal does not have."""
        there = set(self.town.held(self.phone))
        lost = [n for n in self.receipt if n not in there]
        return [f"told as held and not there: {lost}"] if lost else []

    def judge(self) -> list[str]:
        """What is broken about the answer: a false receipt, a rude refusal, too long a wait."""
        found = self.false_receipt()
        if self.came is not None and not self.receipt:
            found += polite(self.came, "the batch")
        return found + ([f"the answer took {self.took:.0f} s"] if self.took > LAST_CALL else [])


def polite(raw: Raw, what: str) -> list[str]:
    """A refusal for the time being says so, and says when to come again."""
    fits = raw.status in (503, 507) and "retry-after" in raw.headers
    return [] if fits else [f"{what}: {raw.status} {raw.headers.get('retry-after')} {raw.body[:120]!r}"]
