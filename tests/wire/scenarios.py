"""Every story by name, and how one is played against a server."""

from collections.abc import Callable

from tests.wire.stories import (
    blobs,
    commitments,
    corrections,
    damage,
    enrolment,
    gatherings,
    journal,
    places,
    pulls,
    quarantine,
    review,
    substitutes,
    visits,
)
from tests.wire.world import Run, World

Story = Callable[[World], None]
STORIES = (
    enrolment.login_and_code,
    enrolment.tokens,
    enrolment.renewal,
    pulls.first_pull,
    pulls.foreign_cursors,
    pulls.pages,
    pulls.gzip_and_digest,
    pulls.scope_moves,
    substitutes.both,
    substitutes.alone,
    visits.every_outcome,
    visits.install_counts,
    visits.plain_and_full_bodies,
    visits.other_kinds,
    gatherings.told_and_put_right,
    visits.two_workers_two_phones,
    corrections.families,
    corrections.moved,
    corrections.out_of_order,
    corrections.waiting_in_one_batch,
    corrections.of_quarantined,
    commitments.every_method,
    commitments.withdrawals,
    commitments.withdrawals_out_of_order,
    review.new_places,
    review.place_before_and_after,
    review.away_and_back,
    review.wrong_place,
    review.merged,
    review.merged_into_asked,
    places.edits,
    places.moves,
    places.latecomer,
    journal.replays,
    journal.another_fact,
    journal.gaps,
    journal.broken_chain,
    journal.mismatch_on_arrival,
    journal.bad_road,
    journal.storm,
    quarantine.reasons,
    quarantine.campaign_comes_later,
    quarantine.bad_bodies,
    quarantine.bad_lines,
    quarantine.clocks,
    quarantine.attention_leaves,
    damage.damaged,
    damage.malformed,
    blobs.photos,
    blobs.coverage_at_every_level,
    enrolment.lock,
)
SCENARIOS: dict[str, Story] = {f"{story.__module__.rpartition('.')[2]}.{story.__name__}": story for story in STORIES}


def play(name: str, base_url: str, run: Run, latecomer: str | None = None) -> list[str]:
    """Play a story on a fresh database that `World.found` has prepared; its notes come back.

    Raises AssertionError with every mismatch of the story.
    """
    world = World(base_url, run, latecomer=latecomer)
    SCENARIOS[name](world)
    return world.notes
