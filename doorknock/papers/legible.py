"""Text as it may stand in a paper: whatever comes in, every form can print what comes out."""

from __future__ import annotations

import re

_LINE = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
"""Controls, halves of signs, what no eye sees and what turns the writing round: most of it no XML may hold."""


class Broken(ValueError):
    """What should be a paper is none: of another version, or its parts do not fit together."""


def legible(text: object) -> str:
    """The text on one line, without what no form can print; Broken if it is no text."""
    if not isinstance(text, str):
        raise Broken("no text")
    return _ODD.sub("", _LINE.sub(" ", str(text)))
