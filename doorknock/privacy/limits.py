"""How long everything is kept, in days. ``docs/privacy.md`` says the same in words; a test compares the two.

Longer than this needs a written reason in docs/decisions.md.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from doorknock import clock

HOUSEHOLDS = 90
"""After the last campaign that concerned them: doors, visits, promises and everything said about them."""
UNDECIDED = 180
"""After it arrived: a line of the journal that never took effect and that nobody looked at."""
DECIDED = 30
"""After somebody decided about it, or it came a second time."""
TOMBSTONES = 180
"""The feed's word that something left a grid; a phone from before it pulls afresh."""
TOLD = 430
"""After it was held or put up, and after the last campaign in which it counts: an activity, a posting, their lines."""
PHONES = 430
"""A phone's enrolment and what is left of its lines: the token lasts 400 days."""
ERASURES = 500
"""The list of what was erased: longer than any phone or backup that could bring it back."""
SESSIONS = 30
CODES = 1
TRIES = 1
"""A login name or an address that tried in vain."""
DRAFTS = 30
EXPORTS = 30
"""What was asked for (its file is gone after a day), and a read token that is over."""
FILES = 1
"""A file that nothing names, since it was last touched."""
AUDIT = 1096


def ago(days: int) -> datetime:
    """The instant so many days before now."""
    return clock.now() - timedelta(days=days)


def day_ago(days: int) -> date:
    """The Shanghai day so many days before today."""
    return clock.today() - timedelta(days=days)
