"""Public pages that were drawn a moment ago: so that a village that scans at once costs one drawing, and a database
that is down does not take them down."""

from __future__ import annotations

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.exc import OperationalError

FRESH = 3.0
"""Seconds in which a page is given out as it is: so late, at the most, it says that it was revoked."""
STALE = 300.0
"""Seconds for which it stands in for itself while the database is down."""
MOST = 2000
"""Pages that are kept at once, of about ten kilobytes each."""


@dataclass(frozen=True)
class Drawn:
    """A page, ready to be sent."""

    html: bytes
    packed: bytes
    at: float
    """On the monotonic clock."""


class Kept:
    """The pages of one process by their address; the longest unused go first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, Drawn] = OrderedDict()
        self._lock = Lock()

    def page(self, address: str, draw: Callable[[], str | None], restale: Callable[[str, int], str]) -> Drawn | None:
        """The page of this address, drawn anew where it is not fresh; None where ``draw`` knows none.

        ``restale(html, seconds)`` says in a page that it was drawn so long ago: sent only while the database is down.
        Raises OperationalError where that lasts for longer, or nothing is kept.
        """
        found, now = self._pages.get(address), time.monotonic()
        if found and now - found.at < FRESH:
            return found
        try:
            html = draw()
        except OperationalError:
            if found is None or now - found.at > STALE:
                raise
            return packed(restale(found.html.decode(), int(now - found.at)), found.at)
        if html is None:
            return None
        made = packed(html, now)
        with self._lock:
            self._pages[address] = made
            self._pages.move_to_end(address)
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)
        return made


def packed(html: str, at: float) -> Drawn:
    """A page as bytes, plain and packed."""
    data = html.encode()
    return Drawn(data, gzip.compress(data, 6, mtime=0), at)
