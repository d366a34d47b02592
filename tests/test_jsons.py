"""JSON by the quick library says to the byte and to the value what the language's own says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doorknock import jsons


def values(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers() | numbers | st.text(st.characters(codec=None))
    return st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


VALUES, FINITE = values(st.floats()), values(st.floats(allow_nan=False, allow_infinity=False))
NUMBERS = (
    "0",
    "-0",
    "-0.0",
    "1.0",
    "1e3",
    "1E-7",
    "-12.50",
    "123456789012345678",
    "18446744073709551616",
    "1e400",
    "0e1",
)
NO_JSON = (b"", b"{", b"[1,]", b"01", b"[01]", b"NaN", b"[Infinity]", b'{"a":-Infinity}', b'"\xff"', b"1 2", b'["\n"]')


def by_the_language(raw: bytes) -> Any:
    """The values of these bytes as the house has read them since its first line."""

    def number(text: str) -> float:
        value = float(text)
        return int(value) if value.is_integer() else value

    def refuse(name: str) -> None:
        raise ValueError(name)

    text = raw.decode(json.detect_encoding(raw), "surrogatepass")
    return json.JSONDecoder(parse_constant=refuse, parse_float=number).decode(text)


def exactly(value: Any) -> str:
    """A text that tells 1 from 1.0 and from True."""
    return repr(value)


@given(VALUES)
@settings(max_examples=600)
@example(1e-07)
@example([1e16, 1.5e300, float("inf"), float("nan"), -0.0])
@example({"是": "\x7f\x80𠮷\ud800", "a": [2**63, 2**64, -(2**70)], "\x00": "\x1f\u2028/"})
@example({"b": 1, "a": 2, "": 3, "é": 4, "\uffff": 5, "𠮷": 6})
def test_what_is_hashed_is_written_as_it_always_was(value: Any) -> None:
    always = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode(value).encode()
    assert jsons.canonical(value) == always


@given(VALUES, st.booleans(), st.sampled_from((None, 1)))
@settings(max_examples=600)
def test_what_a_phone_says_is_read_as_it_always_was(value: Any, ascii_only: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    try:
        expected = by_the_language(raw)
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            jsons.loaded(raw)
    else:
        assert exactly(jsons.loaded(raw)) == exactly(expected)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "[{}]", '{{"a": {}}}', "[0,\n {}]", '{{"a":{},"b":1}}'])
def test_each_way_of_writing_a_number_is_read_as_it_always_was(number: str, around: str) -> None:
    raw = around.format(number).encode()
    assert exactly(jsons.loaded(raw)) == exactly(by_the_language(raw))


@pytest.mark.parametrize("raw", NO_JSON)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        jsons.loaded(raw)


@pytest.mark.parametrize("power", range(-330, 310))
def test_numbers_of_every_size_are_hashed_as_they_always_were(power: int) -> None:
    values = [float(f"{digits}e{power}") for digits in ("1", "-9.5", "1.7976931348623")]
    assert jsons.canonical(values) == json.dumps(values, separators=(",", ":")).encode()


@given(FINITE)
def test_what_is_written_for_phones_and_columns_is_read_back_as_the_same(value: Any) -> None:
    assert exactly(json.loads(jsons.text_of(value))) == exactly(value)
