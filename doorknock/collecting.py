"""The collector of garbage as a server wants it: what the program keeps from its start is not looked through again.

A full collection looks at every object. Of the program's own there are so many that it takes sixty milliseconds, in the
middle of somebody's page.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 20
"""Objects made before the youngest are looked at; collections of one age before those of the next."""


def settle() -> None:
    """Called once, when the program stands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
