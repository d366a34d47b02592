"""What a phone may say of an activity and of what was put up."""

from __future__ import annotations

from marshmallow import fields

from doorknock.fields import Body, Count, Moment, Sha, Text, Uuid


class PostingEvent(Body):
    """Notices or plaques put up; ``supersedes`` names one's own earlier one in whose place it stands."""

    kind = Text(40, required=True)
    grid = Text(15)
    group = Text(15)
    spot = Text(60)
    count = Count()
    photos = fields.List(Sha(), allow_none=True)
    done_at = Moment()
    supersedes = Uuid()


class ActivityEvent(Body):
    """A gathering at which people were told; ``supersedes`` as above."""

    kind = Text(40, required=True)
    grid = Text(15)
    name = Text(60)
    people = Count(100_000)
    handouts = Count(100_000)
    done_at = Moment()
    supersedes = Uuid()
