"""Reading well-formed bodies without what a library has to ask of any schema that it meets.

The schema alone says what is right: its fields are taken one after the other, and each value is read by the very
function of its field. Whatever is not plainly in order is left to ``schema.load``, which judges it and finds the words.
Worth it because nine tenths of what loading a visit costs is the library's own bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

Take = Callable[[Any], Any]
_readers: WeakKeyDictionary[Schema, Take] = WeakKeyDictionary()


def load(schema: Schema, body: Any) -> dict[str, Any]:
    """What ``schema.load(body)`` answers; ValidationError where it raises that."""
    read = _readers.get(schema)
    if read is None:
        read = _readers[schema] = _of_schema(schema)
    try:
        found: dict[str, Any] = read(body)
    except ValidationError:
        found = schema.load(body)
    return found


def _of_schema(schema: Schema) -> Take:
    plain = schema.unknown == EXCLUDE and not schema.many and not schema.partial and not any(schema._hooks.values())
    steps = [(name, f.required, f.allow_none, _of_field(f)) for name, f in schema.load_fields.items()]
    if not plain or any(not _is_plain(name, field) for name, field in schema.load_fields.items()):
        return schema.load

    def read(body: Any) -> dict[str, Any]:
        if type(body) is not dict:
            raise ValidationError("odd")
        found = {}
        for name, required, may_be_null, take in steps:
            if name in body:
                value = body[name]
                if value is None and not may_be_null:
                    raise ValidationError("odd")
                found[name] = None if value is None else take(value)
            elif required:
                raise ValidationError("odd")
        return found

    return read


def _is_plain(name: str, field: fields.Field[Any]) -> bool:
    """Whether the field does nothing but read the value that stands under its own name."""
    renamed = field.data_key not in (None, name) or field.attribute not in (None, name)
    return not renamed and field.load_default is missing and not field.pre_load and not field.post_load


def _of_field(field: fields.Field[Any]) -> Take:
    """How the field reads a value that is not null."""
    inner, validators = _inside(field), list(field.validators)
    if not validators:
        return inner

    def take(value: Any) -> Any:
        found = inner(value)
        for validate in validators:
            validate(found)
        return found

    return take


def _inside(field: fields.Field[Any]) -> Take:
    if type(field) is fields.Nested and not field.many and field.unknown is None:
        return _of_schema(field.schema)
    if type(field) is fields.List:
        return _list_of(_of_field(field.inner))
    read = field._deserialize
    return lambda value: read(value, None, None)


def _list_of(take: Take) -> Take:
    def read(value: Any) -> list[Any]:
        if type(value) is not list or None in value:
            raise ValidationError("odd")
        return [take(each) for each in value]

    return read
