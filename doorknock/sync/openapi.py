"""The API as an OpenAPI 3.1 document, drawn from the very schemas that read the events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.field_converter import DEFAULT_FIELD_MAPPING

from doorknock import fields as own
from doorknock.commitments.schemas import Strokes
from doorknock.errors import CATALOGUE
from doorknock.sync.kinds import KINDS, VOID

_TYPES: dict[type[Any], tuple[str, str | None]] = {
    own.Text: ("string", None), own.Choice: ("string", None), own.Uuid: ("string", "uuid"), own.Sha: ("string", None),
    own.Count: ("integer", None), own.Number: ("number", None), own.Flag: ("boolean", None),
    own.Moment: ("string", "date-time"), own.Day: ("string", "date"), own.Answers: ("object", None),
    Strokes: ("array", None),
}  # fmt: skip
_BEARER: list[dict[str, list[str]]] = [{"token": []}]


def document() -> dict[str, Any]:
    """The whole document, with every path, event body and error code."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="doorknock sync", version="1", openapi_version="3.1.0", plugins=[plugin],
        info={"description": "What a phone and the server say to each other. Errors are application/problem+json."},
    )  # fmt: skip
    converter = cast(Any, plugin.converter)  # apispec leaves it untyped, and None until a spec is made
    converter.field_mapping = {**DEFAULT_FIELD_MAPPING, **_TYPES}
    converter.add_attribute_function(_bounds)
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for name, schema in {kind: k.schema for kind, k in KINDS.items()}.items():
        spec.components.schema(f"body.{name}", schema=schema)
    spec.components.schema("body.void", schema=VOID)
    for name, shape in _SHAPES.items():
        spec.components.schema(name, shape)
    for path, operations in _PATHS.items():
        spec.path(path, operations=operations)
    for more in _more.values():
        more(spec)
    return spec.to_dict()


_more: dict[str, Callable[[APISpec], None]] = {}


def also(shapes: dict[str, dict[str, Any]], paths: dict[str, dict[str, Any]], tokens: dict[str, str]) -> None:
    """Registers what a room above says of its own addresses; ``tokens``: name → where such a token comes from."""

    def add(spec: APISpec) -> None:
        for name, says in tokens.items():
            spec.components.security_scheme(name, {"type": "http", "scheme": "bearer", "description": says})
        for name, shape in shapes.items():
            spec.components.schema(name, shape)
        for path, operations in paths.items():
            spec.path(path, operations=operations)

    _more[min(paths)] = add


def _name(schema: Any) -> str:
    return str((schema if isinstance(schema, type) else type(schema)).__name__)


def _bounds(_converter: Any, field: Any, **_kwargs: Any) -> dict[str, Any]:
    """What our own fields allow beyond their type."""
    if isinstance(field, own.Choice):
        return {"enum": [*sorted(field.words), *([None] if field.allow_none else [])]}
    if isinstance(field, own.Count):
        return {"minimum": 0, "maximum": field.most}
    if isinstance(field, own.Number):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, own.Sha):
        return {"pattern": "^[0-9a-f]{64}$"}
    if isinstance(field, own.Text) and not isinstance(field, own.Uuid):
        return {"maxLength": field.longest}
    return {}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "object", "properties": properties}
    return shape | ({"required": required.split()} if required else {})


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT, _WHOLE, _FLAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
_TIME, _UUID = {"type": "string", "format": "date-time"}, {"type": "string", "format": "uuid"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_POINT = _TEXT | {"description": "P-256 public key, uncompressed point, base64url"}
_RANGES = _list(_list(_WHOLE))
_SHAPES: dict[str, dict[str, Any]] = {
    "problem": _object("status code title", type=_TEXT, status=_WHOLE, title=_TEXT, detail=_TEXT,
                       code={"type": "string", "enum": sorted(CATALOGUE)}),
    "cursor": _object(epoch=_TEXT, grids={"type": "object", "additionalProperties": _WHOLE}, shared=_WHOLE),
    "request_head": _object(
        "protocol", protocol={"const": 1}, app_version=_TEXT, sent_at=_TIME, pending=_WHOLE, oldest=_TIME,
        limit=_WHOLE, storage=_ref("storage"), cursor=_ref("cursor"),
    ),
    "storage": _object(
        free={"type": ["integer", "null"]}, persisted={"type": ["boolean", "null"]},
        lost=_TIME | {"description": "when the phone found that its browser had emptied its store"},
    ),
    "event": _object(
        "n id kind at prev body", n={"type": "integer", "minimum": 1}, id=_UUID, kind=_TEXT, at=_TIME, prev=_HASH,
        body={"anyOf": [*(_ref(f"body.{kind}") for kind in KINDS), _ref("body.void")]},
    ),
    "answer_head": _object(
        "server_time epoch held tip covered attention blobs_wanted scope forget", server_time=_TIME, epoch=_TEXT,
        held=_RANGES, tip={"anyOf": [{"type": "null"}, _object("n hash", n=_WHOLE, hash=_HASH)]}, covered=_RANGES,
        attention=_list(_object("n code", n={"type": ["integer", "null"]}, line=_WHOLE, code=_TEXT, detail=_TEXT)),
        blobs_wanted=_list(_HASH), scope=_list(_TEXT), forget=_list(_UUID), fresh=_list(_TEXT), revoked=_FLAG,
        wipe=_FLAG, seal_key=_ref("seal_key"),
    ),
    "seal_key": _object("kid key", kid=_TEXT, key=_POINT),
    "box": _object(
        "kid epk box", kid=_TEXT, epk=_POINT, box=_TEXT | {"description": (
            "base64url of a nonce (12 bytes) and ChaCha20-Poly1305 under HKDF-SHA-256 of the two keys' agreement, salt "
            "epk + key, info and associated data 'doorknock box 1'; inside {token, receipt, line}, line null: only asks"
        )},
    ),
    "receipts": _object("receipts", receipts=_list(_object(
        "said seal", seal=_HASH, said=_TEXT | {"description": (
            "JSON {device_id, server_time, epoch, held, covered, ids, revoked?, wipe?}; seal = HMAC-SHA-256 under the "
            "box's receipt"
        )},
    ))),
    "row": _object("kind id seq", kind=_TEXT, id=_TEXT, grid=_TEXT, seq=_WHOLE, data={"type": "object"}, removed=_FLAG),
    "answer_tail": _object("cursor more seal", cursor=_ref("cursor"), more=_FLAG, seal=_HASH),
    "worker": _object("id name username grids", id=_UUID, name=_TEXT, username=_TEXT, grids=_list(_TEXT)),
    "enrolment": _object(
        "device_id token worker epoch", device_id=_UUID, token=_TEXT, worker=_ref("worker"), epoch=_TEXT,
        seal_key=_ref("seal_key"), pin=_FLAG | {"description": "a campaign asks this phone for a PIN"},
    ),
    "enrol": _object(code=_TEXT, username=_TEXT, password=_TEXT, renew=_FLAG, name=_TEXT, app_version=_TEXT),
    "device": _object("device_id worker epoch held revoked", device_id=_UUID, name=_TEXT, worker=_ref("worker"),
                      epoch=_TEXT, held=_RANGES, revoked=_FLAG, created_at=_TIME),
}  # fmt: skip


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _lines(*names: str) -> dict[str, Any]:
    return {"application/x-ndjson": {"schema": {"anyOf": [_ref(name) for name in names]}}}


PROBLEM = {"description": "problem", "content": {"application/problem+json": {"schema": _ref("problem")}}}


def _answers(good: dict[str, Any], *bad: int) -> dict[str, Any]:
    return good | {str(status): PROBLEM for status in bad}


_SYNC_ANSWER = {
    "description": "Head, rows, sealed tail: one JSON text a line.",
    "content": _lines("answer_head", "row", "answer_tail"),
}
_PATHS: dict[str, dict[str, Any]] = {
    "/api/v1/devices": {"post": {
        "summary": "Enrol a phone by one-time code or login, or renew an enrolment with its token.",
        "requestBody": {"required": True, "content": _json(_ref("enrol"))}, "security": [{}, *_BEARER],
        "responses": _answers({"201": {"description": "enrolled", "content": _json(_ref("enrolment"))}},
                              400, 401, 403, 429, 503),
    }},
    "/api/v1/devices/me": {"get": {
        "summary": "What the server knows of this enrolment.", "security": _BEARER,
        "responses": _answers({"200": {"description": "the enrolment", "content": _json(_ref("device"))}}, 401),
    }},
    "/api/v1/sync": {"post": {
        "summary": "One round: events in, what is held and the rows after the cursor out.", "security": _BEARER,
        "parameters": [
            {"name": name, "in": "header", "schema": _TEXT} for name in ("Content-Digest", "Content-Encoding")
        ],
        "requestBody": {"required": True, "content": _lines("request_head", "event")},
        "responses": _answers({"200": _SYNC_ANSWER, "403": _SYNC_ANSWER}, 400, 401, 413, 422, 429, 503, 507),
    }},
    "/api/v1/sealed": {"post": {
        "summary": "Events in boxes, from a phone that is locked: no token but the one in each box. At most 200.",
        "parameters": [
            {"name": name, "in": "header", "schema": _TEXT} for name in ("Content-Digest", "Content-Encoding")
        ],
        "requestBody": {"required": True, "content": _lines("request_head", "box")},
        "responses": _answers({"200": {"description": "one receipt an enrolment", "content": _json(_ref("receipts"))}},
                              400, 401, 413, 422, 429, 503, 507),
    }},
    "/api/v1/blobs/{sha256}": {"put": {
        "summary": "One photo or drawing by content hash, at most 1 MB; doing it again changes nothing.",
        "security": _BEARER,
        "parameters": [{"name": "sha256", "in": "path", "required": True, "schema": _HASH}],
        "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
        "responses": _answers({"204": {"description": "kept"}}, 401, 403, 413, 422),
    }, "get": {
        "summary": "A recording that a commitment's text names; nothing else is given out.", "security": _BEARER,
        "parameters": [{"name": "sha256", "in": "path", "required": True, "schema": _HASH}],
        "responses": _answers({"200": {"description": "the recording", "content": {"audio/*": {}}}}, 401, 404),
    }},
    "/api/v1/openapi.json": {"get": {
        "summary": "This document.",
        "responses": {"200": {"description": "OpenAPI", "content": _json({"type": "object"})}},
    }},
}  # fmt: skip
