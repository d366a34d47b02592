"""What the OpenAPI document says of reading with a token."""

from __future__ import annotations

from typing import Any

from doorknock.sync import openapi

USUAL, MOST = 1000, 5000
"""Visits of one answer, unless less is asked for; a door's visits are never parted, so it may be some more."""
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer", "minimum": 0}
_MASKED = {"anyOf": [_WHOLE, {"const": "<5"}, {"type": "null"}]}
_CODE, _TIME = {"type": "string", "pattern": "^[0-9]{12,15}$"}, {"type": "string", "format": "date-time"}
_SURE = ("N", "away", "pending", "D", "attempted", "met", "closed", "visits")
_HELD = ("covered", "declined", "signed", "offered")
_NODE = {
    "code": _CODE, "name": _TEXT, "level": _TEXT, **dict.fromkeys(_SURE, _WHOLE), **dict.fromkeys(_HELD, _MASKED),
    "app": {"type": "object", "additionalProperties": _MASKED},
}  # fmt: skip
_LIST = {"type": "array", "items": {"$ref": "#/components/schemas/read.region"}}
SHAPES: dict[str, dict[str, Any]] = {
    "read.region": {
        "type": "object", "properties": _NODE | {"children": _LIST, "grids": _LIST},
        "description": 'As `coverage show --json`. Masked: "<5" is small, null is held back.',
    },
    "read.coverage": {
        "allOf": [{"$ref": "#/components/schemas/read.region"}],
        "type": "object", "required": ["as_of", "masked"],
        "properties": {"as_of": _TIME, "campaign": {"type": ["string", "null"]}, "masked": {"type": "boolean"}},
    },
    "read.visit": {"type": "object", "properties": {
        "id": _TEXT, "place": _TEXT, "village": _CODE, "group": {"type": ["string", "null"]}, "grid": _CODE,
        "kind": _TEXT, "outcome": _TEXT, "mode": {"type": ["string", "null"]}, "visited_at": _TIME,
        "recorded_at": _TIME, "day": {"type": "string", "format": "date"}, "adults_listened": _WHOLE, "source": _TEXT,
    }},
    "read.visits": {
        "type": "object", "required": ["as_of", "visits", "cursor"],
        "properties": {
            "as_of": _TIME | {"description": "when the first answer of this walk was read"}, "region": _CODE,
            "campaign": {"type": ["string", "null"]},
            "visits": {"type": "array", "items": {"$ref": "#/components/schemas/read.visit"}},
            "cursor": {"type": ["string", "null"], "description": "for the next answer; null in the last"},
        },
    },
}  # fmt: skip


def _asked(name: str, schema: dict[str, Any], says: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": says}


def _reads(summary: str, shape: str, *asked: dict[str, Any]) -> dict[str, Any]:
    return {"get": {
        "summary": summary, "security": [{"read_token": []}],
        "parameters": [
            _asked("region", _CODE, "at or below the token's own, which it is if left out"),
            _asked("campaign", _TEXT, "a campaign's key; the one that fits today if left out"), *asked,
        ],
        "responses": {"200": {"description": "the figures", "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}},
        }}} | {str(status): openapi.PROBLEM for status in (400, 401, 403, 404, 429, 503)},
    }}  # fmt: skip


PATHS: dict[str, dict[str, Any]] = {
    "/api/v1/read/coverage": _reads("The figures of a region and everything below it.", "read.coverage"),
    "/api/v1/read/visits": _reads(
        "The visits that count, without names, door by door. What is recorded during a walk may be missing in it.",
        "read.visits", _asked("from", {"type": "string", "format": "date"}, "the first day of visiting"),
        _asked("to", {"type": "string", "format": "date"}, "the last one"),
        _asked("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, f"about so many; {USUAL} if left out"),
        _asked("cursor", _TEXT, "of the answer before"),
    ),
}  # fmt: skip
