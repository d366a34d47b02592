"""What a phone may say of a commitment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from doorknock.commitments.fold import METHODS
from doorknock.commitments.models import RELATIONS
from doorknock.fields import Body, Choice, Text, Uuid, storable
from doorknock.jsons import dumped
from doorknock.words import _

MOST_STROKES = 8 * 1024


class Strokes(fields.Field[list[Any]]):
    """The drawn lines as lists of points, at most 8 KB of JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        size = len(dumped(value))
        if not isinstance(value, list) or not storable(value) or size > MOST_STROKES:
            raise ValidationError(_("签名太大了"))
        return value


class CommitmentBody(Body):
    """How the household answered when asked to commit itself; voluntary, any answer is complete."""

    version = Text(20)
    text_hash = Text(64)
    method = Choice(METHODS, required=True)
    signer_relation = Choice(RELATIONS)
    signer_name = Text(60)
    strokes = Strokes(allow_none=True)
    paper_no = Text(40)


class WithdrawalBody(Body):
    """Takes back one commitment, or all of a place."""

    commitment_id = Uuid()
    place_id = Uuid()
