"""The ledgers 台账 that the office may take out: one declared table a kind, with who may see which column.

A kind is one ``Ledger`` in a file of its own, named ``ledger_*``, and one word in ``pages.OFFERED``; pages, worker and
tests read what was offered. Columns marked ``names`` leave the house only for who may see names and telephone numbers,
which is the village.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from doorknock.access import Person, may
from doorknock.campaigns.models import Campaign
from doorknock.regions.models import Region
from doorknock.tabular import Column, Value


@dataclass(frozen=True)
class Scope:
    """What one export is about: a region, for a person, perhaps in one campaign and between two days, both included."""

    region: Region
    person: Person
    campaign: Campaign | None
    first: date | None
    last: date | None
    names: bool


@dataclass(frozen=True)
class Told(Column):
    """A column of a ledger. ``take`` reads it from what the ledger yields; ``names``: a name, a number or free text."""

    take: Callable[[Any], Value] = str
    names: bool = False


Portion = tuple[int, list[Any]]
"""How many of the doors (or regions) that make up the total are done with, and what they yielded."""


@dataclass(frozen=True)
class Ledger:
    """One kind. ``verb`` is what a person needs besides ``exports``; ``deed`` the word in the log; ``asks`` what it can
    be narrowed by: a campaign, days.
    """

    key: str
    word: str
    says: str
    verb: str
    deed: str
    columns: tuple[Told, ...]
    total: Callable[[Scope], int]
    portions: Callable[[Scope], Iterator[Portion]]
    asks: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ("xlsx", "csv")
    doors: bool = True
    """Whether it may hold anything of a single door, which an erasure then takes back."""

    @property
    def names(self) -> bool:
        """Whether anything in it is for the village alone."""
        return any(column.names for column in self.columns)

    def columns_for(self, *, names: bool) -> tuple[Told, ...]:
        """The columns that leave the house."""
        return tuple(column for column in self.columns if names or not column.names)

    def open_to(self, person: Person, region: Region) -> bool:
        """Whether this person may take it out for this region."""
        return may(person, "exports", region) and may(person, self.verb, region)


LEDGERS: dict[str, Ledger] = {}
"""What is offered, by key, in the order in which pages list it."""


def offer(*ledgers: Ledger) -> None:
    """Registers these kinds; again changes nothing."""
    for ledger in ledgers:
        LEDGERS[ledger.key] = ledger
