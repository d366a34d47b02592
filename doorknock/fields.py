"""marshmallow fields that take a JSON value for what it is: no "3" for 3, no 1 for true, no NUL in a text."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from doorknock import clock
from doorknock.words import _, lazy

_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")
_json = json.JSONEncoder().encode
_SHA = re.compile("[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


fields.Field.default_error_messages |= {
    "required": lazy("没有填"),
    "null": lazy("没有填"),
    "validator_failed": lazy("填得不对"),
}
fields.List.default_error_messages |= {"invalid": lazy("要一列")}
fields.Nested.default_error_messages |= {"type": lazy("填得不对")}


class Body(Schema):
    """The body of an event: unknown fields are left to newer servers, null means absent."""

    error_messages = {"type": lazy("填得不对")}  # noqa: RUF012  # marshmallow declares it as an instance variable

    class Meta:
        unknown = EXCLUDE


class Text(fields.Field[str]):
    """A text of at most ``longest`` characters."""

    def __init__(self, longest: int = 200, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or _BAD_TEXT.search(value):
            raise ValidationError(_("要文字"))
        if len(value) > self.longest:
            raise ValidationError(_("最多 %(longest)s 个字", longest=self.longest))
        return value


class Choice(Text):
    """One of a closed list of words."""

    def __init__(self, words: Any, **more: Any) -> None:
        super().__init__(longest=60, **more)
        self.words = frozenset(words)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError(_("不认识这个选项"))
        return value


class Count(fields.Field[int]):
    """A whole number from 0 up."""

    def __init__(self, most: int = 9999, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not 0 <= value <= self.most:
            raise ValidationError(_("要 0 到 %(most)s 的整数", most=self.most))
        return int(value)


class Number(fields.Field[float]):
    """A finite number between two bounds."""

    def __init__(self, least: float, most: float, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.least <= value <= self.most:
            raise ValidationError(_("数字不对"))
        return float(value)


class Flag(fields.Field[bool]):
    """true or false."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("要 true 或 false"))
        return value


class Answers(fields.Field[dict[str, Any]]):
    """A JSON object of answers to a questionnaire, of bounded size."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, dict) or not storable(value) or len(_json(value)) > 64 * 1024:
            raise ValidationError(_("回答读不出来"))
        return value


class Uuid(Text):
    """A UUID, as lower-case text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        found = canonical_uuid(value)
        if found is None:
            raise ValidationError(_("不是编号"))
        return found


class Sha(Text):
    """A SHA-256 as 64 lower-case hex digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _SHA.fullmatch(value):
            raise ValidationError(_("不是文件编号"))
        return value


class Moment(fields.Field[datetime]):
    """An RFC 3339 instant with offset."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        try:
            return clock.parse(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(_("时间不对")) from error


class Day(fields.Field[date]):
    """A calendar day, YYYY-MM-DD."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_none=not more.get("required"), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError(_("日期不对"))
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(_("日期不对")) from error


def canonical_uuid(value: Any) -> str | None:
    """A UUID text in its usual form, lower-case; None for anything else."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    if _UUID.fullmatch(value):
        return value
    try:
        return str(uuid.UUID(value))
    except ValueError:
        return None


def storable(value: Any, depth: int = 12) -> bool:
    """Whether a JSON value can be kept by both databases: no NUL, no half characters, no infinite number."""
    if depth == 0:
        return False
    if isinstance(value, str | float):
        return not _BAD_TEXT.search(value) if isinstance(value, str) else math.isfinite(value)
    if isinstance(value, dict):
        return all(storable(key, depth - 1) and storable(item, depth - 1) for key, item in value.items())
    if isinstance(value, list):  # a drawing is thousands of whole numbers, about which nothing is to be asked
        plain = set(map(type, value)) == {int}
        return depth > 1 if plain else all(storable(item, depth - 1) for item in value)
    return True


def clean(text: Any, longest: int) -> str:
    """What can be kept of a text that only describes (a phone's name, a version)."""
    return _BAD_TEXT.sub("", text)[:longest] if isinstance(text, str) else ""
