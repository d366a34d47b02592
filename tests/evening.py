"""禾丰村 on an evening that the test chooses: what the clock says here, the server and the phones believe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from doorknock import clock
from tests.hefeng import Hefeng
from tests.wire.client import Phone


class Evening:
    """A day in 禾丰村; ``village.at(minutes)`` counts from its midnight in Shanghai."""

    def __init__(self, village: Hefeng, day: date | None = None) -> None:
        self.village = village
        self.day = day or clock.today() - timedelta(days=2)
        village.start = clock.start_of(self.day)

    def instant(self, said: str, days: int = 0) -> datetime:
        """The instant of a time like 17:40, some days later."""
        return datetime.combine(self.day + timedelta(days=days), time.fromisoformat(said), clock.SHANGHAI)

    def minutes(self, said: str) -> float:
        """The same in minutes from midnight, as visits are told."""
        return (self.instant(said) - self.village.start).total_seconds() / 60

    @contextmanager
    def at(self, said: str, days: int = 0) -> Iterator[None]:
        """It is this time of this day."""
        with clock.pinned(self.instant(said, days)):
            yield

    def phone(self, person: str, enrolled: str = "08:00") -> Phone:
        """A phone of this person that goes by the same clock."""
        with self.at(enrolled):
            phone = self.village.phone(person)
        phone.now = clock.now
        return phone
