"""What a drill prints."""

from __future__ import annotations

import sys
import time


class Checklist:
    """What was asked, what held, and how long each step took."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()
        self.broken: list[str] = []

    def check(self, said: str, holds: object, detail: object = "") -> None:
        """One line of the list."""
        now = time.monotonic()
        say(f"  {'好  ' if holds else '不对'} {said}（{now - self.last:.1f} 秒）")
        if not holds:
            self.broken.append(said)
            say(f"       {detail}")
        self.last = now


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
