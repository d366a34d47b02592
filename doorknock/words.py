"""Every word that people read passes here, with Chinese as the source text, so that other languages can follow.

``scripts/words`` collects the sources into ``docs/words.pot``; ``tests/test_words.py`` finds a word that is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from markupsafe import escape


def _(text: str, **values: object) -> str:
    """The text in the asker's language, ``%(name)s`` filled in; without an app (import time) the source itself."""
    said: str = gettext(text)
    return said % values if values else said


class Lazy(str):
    """A constant that is translated when it is said: by ``str()``, an f-string or a template.

    Where the plain characters are used instead (a join, JSON, the database), it is its Chinese source: say it first.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return _(str.__str__(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def format(self, *args: object, **values: object) -> str:
        """As of any text, after translation: marshmallow words its messages so."""
        return str(self).format(*args, **values)


lazy = Lazy
"""For constants at import time; the extraction knows it by this name."""


def joined(texts: Iterable[object]) -> str:
    """Things one after another, as a sentence lists them."""
    return _("、").join(str(text) for text in texts)
