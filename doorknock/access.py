"""Who may do what (a verb), where (a region): the one table that every door asks, and test_doors reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, g

from doorknock.errors import Problem

View = TypeVar("View", bound=Callable[..., Any])

VERBS: dict[str, frozenset[str]] = {
    "home": frozenset({"village", "town", "police", "county", "admin"}),
    "coverage": frozenset({"village", "town", "police", "county"}),
    "coverage.whole": frozenset({"village", "town"}),
    "gaps": frozenset({"village", "town", "county"}),
    "doors": frozenset({"village", "town"}),
    "doors.names": frozenset({"village"}),
    "review": frozenset({"village", "town"}),
    "quarantine": frozenset({"village", "town"}),
    "visits.void": frozenset({"village", "town"}),
    "paper": frozenset({"village", "town"}),
    "household": frozenset({"village", "town"}),
    "roster.import": frozenset({"village", "town"}),
    "roster.edit": frozenset({"village", "town"}),
    "grids.assign": frozenset({"town"}),
    "devices": frozenset({"town", "admin"}),
    "people": frozenset({"town", "admin"}),
    "campaigns": frozenset({"village", "town", "police", "county"}),
    "plan": frozenset({"village", "town"}),
    "campaigns.change": frozenset({"town"}),
    "tasks": frozenset({"village", "town", "police", "county"}),
    "tasks.tell": frozenset({"village", "town"}),
    "tasks.change": frozenset({"town"}),
    "texts": frozenset({"town", "police"}),
    "reports": frozenset({"village", "town", "police", "county"}),
    "reports.write": frozenset({"town"}),
    "exports": frozenset({"village", "town", "county"}),
    "tokens": frozenset({"town", "county"}),
    "audit": frozenset({"village", "town", "police", "county", "admin"}),
    "audit.all": frozenset({"village", "town", "county", "admin"}),
    "audit.names": frozenset({"village", "town", "police", "county"}),
}
"""Which roles hold a verb. Where it reaches is always the person's own region and what lies below it."""


class Region(Protocol):
    """What access needs of a region: the codes from the top down to itself, joined by slashes."""

    path: str


class Person(Protocol):
    """What access needs of a person."""

    id: str
    role: str
    active: bool

    @property
    def home(self) -> Region | None:
        """The person's region; None reaches everywhere (the first administrator)."""


@dataclass(frozen=True)
class Need:
    """What a door asks for: a verb, and the region that the request names (None: the person's own)."""

    verb: str
    region: Callable[..., Region] | None


def reaches(person: Person, region: Region) -> bool:
    """Whether the region is the person's own or lies below it."""
    home = person.home
    return home is None or (region.path + "/").startswith(home.path + "/")


def may(person: Person | None, verb: str, region: Region | None = None) -> bool:
    """Whether this person may do this here."""
    if person is None or not person.active or person.role not in VERBS[verb]:
        return False
    return region is None or reaches(person, region)


def needs(verb: str, region: Callable[..., Region] | None = None) -> Callable[[View], View]:
    """Guards a view: refused unless the logged-in person may. ``region`` gets the view's arguments."""
    need = Need(verb, region)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person: Person | None = g.get("person")
            if person is None:
                raise Problem("login_needed")
            if not may(person, verb):
                raise Problem("forbidden")
            if need.region is not None and not may(person, verb, need.region(*args, **kwargs)):
                raise Problem("forbidden")
            return view(*args, **kwargs)

        guarded.need = need  # type: ignore[attr-defined]  # read by test_doors
        return guarded  # type: ignore[return-value]  # same signature as the view

    return guard


def open_to(whom: str) -> Callable[[View], View]:
    """Marks a view that asks for no session; ``whom`` says who stands there and what guards it instead."""

    def mark(view: View) -> View:
        view.open_to = whom  # type: ignore[attr-defined]  # read by test_doors
        return view

    return mark


def register(app: Flask) -> None:
    """Templates may ask whether to show a button."""
    app.jinja_env.globals["may"] = lambda verb, region=None: may(g.get("person"), verb, region)
