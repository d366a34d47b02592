"""What is written for phones and columns is read back as the same, by any reader of JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doorknock import clock, jsons

FINITE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_what_is_no_json_is_refused() -> None:
    for value in (object(), [b"bytes"], {"a": {1, 2}}, [clock.now()], clock.today()):
        with pytest.raises(TypeError):
            jsons.dumped(value)


@given(FINITE)
@example([1e-07, 1e16, 1.5e300, -0.0, 2**63, 2**64, -(2**70)])
@example({"是": "\x7f\x80𠮷\ud800", "\x00": "\x1f\u2028/"})
def test_what_is_written_is_read_back_as_the_same(value: Any) -> None:
    # repr tells 1 from 1.0 and from True, and 0.0 from -0.0
    assert repr(json.loads(jsons.text_of(value))) == repr(value)
    assert json.loads(jsons.dumped(value).decode("utf-8", "surrogatepass")) == value


def test_nothing_stands_between_the_signs() -> None:
    assert jsons.dumped({"b": [1, 2], "a": "禾"}) == '{"b":[1,2],"a":"禾"}'.encode()
