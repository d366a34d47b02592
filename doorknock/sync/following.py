"""Following a correction back to what it corrects, also where that never took effect: visits, and what was told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from doorknock.sync.bench import CORRECTING, Bench, Event, Quarantine
from doorknock.sync.journal import QUARANTINE, REJECTED, REVIEW, JournalLine, resolve
from doorknock.words import _, lazy

NOT_YOURS = lazy("这一条是别人记的，只能由记的人改。")
DEEPEST = 100
"""Corrections of corrections that are followed back; a ring of them ends here."""


class Member(Protocol):
    """What a family is asked of each of its members."""

    id: str
    root_id: str
    supersedes: str | None
    worker_id: str | None
    at: datetime


One = TypeVar("One", bound=Member)


def target(bench: Bench, event: Event, known: Mapping[str, One], kinds: Collection[str]) -> tuple[One | None, str]:
    """What an event supersedes, and its root; of one that only waits, what stands of its family, or None.

    A correction of one that never took effect is a correction of what that one named: it waits for that, joins that
    family, and is as little allowed on another worker's. ``known`` are the rows of such families, ``kinds`` the events
    that make them.
    """
    wanted, depth = event.body["supersedes"], 0
    while (found := known.get(wanted)) is None:
        mine = own_waiting(bench, event, wanted, kinds)
        if not mine or any(j.state == REVIEW for j in mine):
            raise Quarantine("unknown_visit", _("要改的那一条还没有到服务器。"), waits_for=wanted)
        named = mine[0].body.get("supersedes") if mine[0].kind in CORRECTING else None
        depth += 1
        if not isinstance(named, str) or depth > DEEPEST:
            return _standing(known, wanted), wanted
        wanted = named
    if found.worker_id == event.line.worker_id:
        return found, found.root_id
    if depth and event.body.get("void"):
        return None, event.body["supersedes"]  # takes back one's own mistake; the other's is not touched
    raise Quarantine("not_yours", NOT_YOURS)


def _standing(known: Mapping[str, One], root: str) -> One | None:
    """What stands of a family whose first member never took effect, but whose corrections did; None without any."""
    family = (row for row in known.values() if row.root_id == root)
    return max(family, key=lambda row: (row.at, row.id), default=None)


def own_waiting(bench: Bench, event: Event, wanted: str, kinds: Collection[str]) -> list[JournalLine]:
    """The worker's own lines under this id; Quarantine not_yours where they are all another's."""
    waiting = [j for j in bench.held.get(wanted, []) if j.kind in kinds]
    mine = [j for j in waiting if j.worker_id == event.line.worker_id]
    if waiting and not mine:
        raise Quarantine("not_yours", NOT_YOURS)
    return mine


def lift(bench: Bench, event: Event) -> None:
    """A correction was taken: what it corrects no longer needs eyes."""
    for line in bench.held.get(event.body["supersedes"], []):
        if line.state in (QUARANTINE, REJECTED):
            resolve(line)


def is_corrected(bench: Bench, line: JournalLine) -> bool:
    """Whether the worker's own correction of a line that has no effect was taken before the line came (again)."""
    taken: list[Member] = [*bench.visits.values(), *bench.told.values()]
    return any(row.supersedes == line.event_id and row.worker_id == line.worker_id for row in taken)
